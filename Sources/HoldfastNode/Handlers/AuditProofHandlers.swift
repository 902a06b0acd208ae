import FoundationEssentials
import HoldfastAPI
import HoldfastCore
import HoldfastHTTP
import HoldfastStore
import Hummingbird
import Logging

/// `POST /holdfast/v1/audit/checkpoint`.
struct AuditCheckpointHandler: OperationHandler {
    let operation = HoldfastAPI.Operation.auditCheckpoint
    let node: Node

    func handle(_ input: Void, _ call: Call) async throws -> Answer {
        try await node.store.checkpoint()
        let note = try await node.store.audit.newestNote()
        return Answer(try .json(CheckpointBody(checkpoint: note.encoded, key: node.store.verifierKey.text)), recorded: .counted)
    }
}

/// `GET /holdfast/v1/audit/proofs/{id}`.
struct AuditProveHandler: OperationHandler {
    let operation = HoldfastAPI.Operation.auditProve
    let node: Node

    func read(_ request: Request, _ parameters: Parameters) async throws -> String {
        parameters.get("id").flatMap(PercentEncoding.decode) ?? ""
    }

    func resources(of input: String) -> [Resource] { [.node] }

    func handle(_ input: String, _ call: Call) async throws -> Answer {
        let log = node.store.audit
        // Of a request, what came of it: its newest record. By its number also a record whose entry is gone: its hash stays.
        let found = try await Int64(input) == nil ? log.records(matching: AuditFilter(id: input), limit: 16) : []
        guard let index = Int64(input) ?? found.first?.index, (0..<log.size).contains(index) else {
            throw HoldfastError(
                .recordNotFound, "There is no audit record '\(input.prefix(64))'.", hint: "holdfast audit list", field: "id")
        }
        if index >= Int64(log.lastCheckpoint().size) { try await node.store.checkpoint() }
        let proof = try await log.inclusionProof(of: Int(index))
        let record = try await log.record(at: index)
        let body = ProofBody(
            index: index, proof: proof.encoded, record: record.map { String(decoding: $0.bytes, as: UTF8.self) },
            others: found.dropFirst().map(\.index))
        return Answer(try .json(body), recorded: .counted)
    }
}

/// `GET /holdfast/v1/audit/consistency?from=N[&to=M]`.
struct AuditConsistencyHandler: OperationHandler {
    let operation = HoldfastAPI.Operation.auditConsistency
    let node: Node

    struct Input: Sendable {
        let from: Int
        let to: Int?
    }

    func read(_ request: Request, _ parameters: Parameters) async throws -> Input {
        var sizes: [ConsistencyQueryKey: Int] = [:]
        for (name, value) in request.uri.queryParameters {
            guard let key = ConsistencyQueryKey(rawValue: String(name)), let size = Int(value), size >= 0 else {
                throw HoldfastError(
                    .invalidRequest, "'from' and 'to' are numbers of records.", hint: "holdfast audit verify --since FILE",
                    field: String(name.prefix(40)))
            }
            sizes[key] = size
        }
        guard let from = sizes[.from] else { throw HoldfastError(.invalidRequest, "'from' is missing.", field: "from") }
        return Input(from: from, to: sizes[.to])
    }

    func resources(of input: Input) -> [Resource] { [.node] }

    func handle(_ input: Input, _ call: Call) async throws -> Answer {
        try await node.store.checkpoint()
        let found = try await node.store.audit.consistency(from: input.from, to: input.to)
        let body = ConsistencyBody(
            from: Int64(found.oldSize), to: Int64(found.newSize), hashes: Data(MerkleHash.encodeList(found.hashes)),
            checkpoint: found.checkpoint.encoded, key: node.store.verifierKey.text, successions: found.successions.map(\.note.encoded))
        return Answer(try .json(body), recorded: .counted)
    }
}

/// `POST /holdfast/v1/audit/rotate-key`.
struct AuditRotateKeyHandler: OperationHandler {
    let operation = HoldfastAPI.Operation.auditRotateKey
    let node: Node

    func handle(_ input: Void, _ call: Call) async throws -> Answer {
        let done = try await node.store.rotateKey(node.trail.record(of: call))
        node.logger.warning("the audit log's signing key was replaced", metadata: ["key": "\(done.new.text)"])
        let body = RotateKeyBody(
            oldKey: done.old.text, newKey: done.new.text, size: Int64(done.checkpoint.size), succession: done.note.encoded)
        return Answer(try .json(body), recorded: .written)
    }
}
