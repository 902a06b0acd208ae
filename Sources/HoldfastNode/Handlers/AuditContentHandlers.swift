import FoundationEssentials
import HoldfastAPI
import HoldfastCore
import HoldfastHTTP
import HoldfastStore
import Hummingbird
import NIOCore

/// `POST /holdfast/v1/audit/records/{id}/match`: whether a text is what a record's HMACs are of. It answers guesses, so each is a record.
struct AuditMatchHandler: OperationHandler {
    struct Input: Sendable {
        let record: String
        let text: [UInt8]
    }

    let operation = HoldfastAPI.Operation.auditMatch
    let node: Node
    let limit: GuessLimit

    func read(_ request: Request, _ parameters: Parameters) async throws -> Input {
        Input(
            record: parameters.get("id").flatMap(PercentEncoding.decode) ?? "", text: Array(try await RequestBodyReader.collect(request)))
    }

    func resources(of input: Input) -> [Resource] { [.node] }

    func handle(_ input: Input, _ call: Call) async throws -> Answer {
        try limit.admit(call.caller.tenant)
        let records = try await node.store.audit.request(of: input.record)
        let contents = records.compactMap(\.record.content)
        guard let id = records.first?.record.id, !contents.isEmpty else { throw RecordContent.none(input.record) }
        guard let salt = try await node.store.audit.salt(ofRequest: id) else { throw RecordContent.erased(input.record) }
        let field = ContentGuess(input.text).field(contents, salt: salt)
        var record = node.trail.record(of: call)
        record.resource = AuditResource(kind: "request", name: id)
        record.parameters["matches"] = field == nil ? 0 : 1
        // Durable before the guess is answered.
        try await node.trail.append(record)
        return Answer(try .json(MatchAnswer(field: field)), recorded: .written)
    }
}

/// `GET /holdfast/v1/audit/records/{id}/content`: captured content as it is kept. Each reading is a record.
struct AuditContentHandler: OperationHandler {
    struct Input: Sendable {
        let record: String
        let part: CapturedContent.Part
    }

    let operation = HoldfastAPI.Operation.auditContent
    let node: Node

    func read(_ request: Request, _ parameters: Parameters) async throws -> Input {
        let text = request.uri.queryParameters[ContentQueryKey.part.rawValue[...]].map(String.init) ?? CapturedContent.Part.prompt.rawValue
        guard let part = CapturedContent.Part(rawValue: text) else {
            throw HoldfastError(.invalidRequest, "'part' must be prompt or answer.", field: "part")
        }
        return Input(record: parameters.get("id").flatMap(PercentEncoding.decode) ?? "", part: part)
    }

    func resources(of input: Input) -> [Resource] { [.node] }

    func handle(_ input: Input, _ call: Call) async throws -> Answer {
        let records = try await node.store.audit.request(of: input.record)
        guard let newest = records.last(where: { $0.record.content != nil }) else { throw RecordContent.none(input.record) }
        guard let file = try await node.store.audit.captured(input.part, ofRequest: newest.record.id) else {
            if try await node.store.audit.contentState(of: newest)?.erasure != nil { throw RecordContent.erased(input.record) }
            throw HoldfastError(
                .recordNotFound, "No \(input.part.rawValue) of the request '\(input.record.prefix(64))' is kept.",
                hint: "holdfast audit show \(input.record.prefix(64))", field: "id")
        }
        var record = node.trail.record(of: call)
        record.resource = AuditResource(kind: "request", name: newest.record.id)
        record.parameters["bytes"] = Int64(file.count)
        try await node.trail.append(record)
        return Answer(.bytes(ByteBuffer(bytes: file), type: "application/age"), recorded: .written)
    }
}

enum RecordContent {
    static func none(_ record: String) -> HoldfastError {
        HoldfastError(
            .recordNotFound, "The record '\(record.prefix(64))' speaks of no prompt and no answer.",
            hint: "holdfast audit list --operation inference.", field: "id")
    }

    static func erased(_ record: String) -> HoldfastError {
        HoldfastError(
            .contentErased, "What the record '\(record.prefix(64))' speaks of was erased: nothing can be held against it any more.",
            hint: "holdfast audit show \(record.prefix(64)) says when and by which record", field: "id")
    }
}

extension ContentStateBody {
    init(_ state: ContentState) {
        self.init(
            state: state.hasSalt ? "kept" : state.erasure == nil ? "absent" : "erased", captured: state.captured.map(\.rawValue),
            erasedBy: state.erasure?.index, erasedByID: state.erasure?.record.id, erasedAt: state.erasure?.record.time)
    }
}
