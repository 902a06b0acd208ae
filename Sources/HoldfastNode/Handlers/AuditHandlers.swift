import FoundationEssentials
import HoldfastAPI
import HoldfastCore
import HoldfastHTTP
import HoldfastStore
import Hummingbird
import NIOCore
import ServiceLifecycle

/// `GET /holdfast/v1/audit/records`, newest first.
struct AuditListHandler: OperationHandler {
    let operation = HoldfastAPI.Operation.auditList
    let node: Node

    func read(_ request: Request, _ parameters: Parameters) async throws -> AuditQuery { try AuditQuery(request) }
    func resources(of input: AuditQuery) -> [Resource] { [.node] }

    func handle(_ input: AuditQuery, _ call: Call) async throws -> Answer {
        try await node.trail.flush(readsToo: false, all: false)
        let records = try await node.store.audit.records(matching: input.filter, before: input.before, limit: input.limit)
        let next = records.count == input.limit ? records.last?.index : nil
        return Answer(try .json(AuditListBody(records: records.map(AuditEntry.init), next: next)), recorded: .counted)
    }
}

/// `GET /holdfast/v1/audit/records/{id}`: the intent and the outcome of one request.
struct AuditShowHandler: OperationHandler {
    let operation = HoldfastAPI.Operation.auditShow
    let node: Node

    func read(_ request: Request, _ parameters: Parameters) async throws -> String {
        parameters.get("id").flatMap(PercentEncoding.decode) ?? ""
    }

    func resources(of input: String) -> [Resource] { [.node] }

    func handle(_ input: String, _ call: Call) async throws -> Answer {
        let records = try await node.store.audit.named(input)
        var entries: [AuditEntry] = []
        for record in records {
            var entry = AuditEntry(record)
            entry.content = try await node.store.audit.contentState(of: record).map(ContentStateBody.init)
            entries.append(entry)
        }
        return Answer(try .json(AuditListBody(records: entries, next: nil)), recorded: .counted)
    }
}

extension AuditLog {
    /// The record at an index, or those of a request: its intent first.
    /// - Throws: ``HoldfastError`` `record_not_found`.
    func named(_ name: String) async throws -> [StoredRecord] {
        if let index = Int64(name), let record = try await record(at: index) { return [record] }
        let records = try await records(matching: AuditFilter(id: name), limit: 16)
        guard records.isEmpty else { return records.reversed() }
        if let index = Int64(name), index >= 0, index < minimumIndex {
            throw HoldfastError(
                .recordNotFound, "The entry of record \(index) was removed; its hash is still in the tree.",
                hint: "holdfast audit list --operation audit.gap says why", field: "id")
        }
        throw HoldfastError(.recordNotFound, "There is no audit record '\(name.prefix(64))'.", hint: "holdfast audit list", field: "id")
    }

    /// All records of the request that a record is of.
    func request(of name: String) async throws -> [StoredRecord] {
        let records = try await named(name)
        guard let id = records.first?.record.id, records.count == 1 else { return records }
        return try await self.records(matching: AuditFilter(id: id), limit: 16).reversed()
    }
}

/// `GET /holdfast/v1/audit/tail`: what is written from now on.
struct AuditTailHandler: OperationHandler {
    let operation = HoldfastAPI.Operation.auditTail
    let node: Node

    func read(_ request: Request, _ parameters: Parameters) async throws -> AuditQuery { try AuditQuery(request) }
    func resources(of input: AuditQuery) -> [Resource] { [.node] }

    func handle(_ input: AuditQuery, _ call: Call) async throws -> Answer {
        let log = node.store.audit
        let start = log.size
        let reply = Reply.stream(
            type: "application/x-ndjson",
            { write in
                var seen = start - 1
                // A tail ends with the node: it must not hold up a shutdown.
                while let size = await grown(log, beyond: seen + 1, call) {
                    while seen + 1 < size {
                        let records = try await log.records(matching: input.filter, after: seen, limit: 256)
                        for record in records {
                            try await write(ByteBuffer(bytes: JSONEncoder().encode(AuditEntry(record)) + [UInt8(ascii: "\n")]))
                        }
                        seen = records.count == 256 ? records.last?.index ?? size - 1 : size - 1
                    }
                }
            }, abandoned: {})
        return Answer(reply, recorded: .counted)
    }

    /// - Returns: the new size; nil when the client has gone or the node stops.
    private func grown(_ log: AuditLog, beyond size: Int64, _ call: Call) async -> Int64? {
        try? await call.hangUp.cancelling {
            try await cancelWhenGracefulShutdown { try await log.waitForSize(greaterThan: size) }
        }
    }
}

/// `POST /holdfast/v1/audit/verify`.
struct AuditVerifyHandler: OperationHandler {
    let operation = HoldfastAPI.Operation.auditVerify
    let node: Node

    func handle(_ input: Void, _ call: Call) async throws -> Answer {
        // Signs what the writer has in memory, so that the newest records are covered and a change to them on disk shows.
        try await node.store.checkpoint()
        let report = try await AuditVerifier(stateDirectory: node.configuration.state).verify()
        let outcome = AuditOutcome(
            report.holds ? .ok : .failed, code: report.holds ? nil : HoldfastError.Code.auditBroken.rawValue, status: 200)
        var record = node.trail.record(of: call, outcome)
        record.parameters = ["size": report.size, "checkpoint_size": report.checkpointSize]
        try await node.trail.append(record)
        return Answer(try .json(AuditReportBody(report, origin: node.store.verifierKey.name)), recorded: .written)
    }
}

extension AuditReportBody {
    init(_ report: AuditReport, origin: String) {
        self.init(
            holds: report.holds, origin: origin, size: report.size, checkpointSize: report.checkpointSize,
            rootHash: report.root?.base64 ?? "",
            problem: report.firstProblem.map { .init(index: $0.index, id: $0.recordID, what: $0.what) },
            minimumIndex: report.minimumIndex, removedRecords: report.removedRecords)
    }
}
