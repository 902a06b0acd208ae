import HoldfastAPI
import HoldfastCore
import HoldfastHTTP
import HoldfastInference
import HoldfastStore
import Hummingbird

/// `GET /holdfast/v1/cache`.
struct CacheListHandler: OperationHandler {
    let operation = HoldfastAPI.Operation.cacheList
    let node: Node

    func read(_ request: Request, _ parameters: Parameters) async throws {}
    func resources(of input: Void) -> [Resource] { [.node] }

    func handle(_ input: Void, _ call: Call) async throws -> Answer {
        let names = Dictionary(
            try await node.store.registry.entries().map { ($0.digest.hex, $0.name.description) }, uniquingKeysWith: { first, _ in first })
        let entries = node.prefixes.entries.map { entry in
            var subject: String?
            if case .tenant(let name) = entry.owner { subject = name }
            return CacheListBody.Entry(
                id: entry.id, model: names[entry.model] ?? entry.model, subject: subject, tokens: entry.tokens, bytes: entry.bytes,
                created: entry.created, lastUsed: entry.lastUsed, engine: entry.engineVersion)
        }
        return Answer(try .json(CacheListBody(cache: PrefixCacheBody(node.prefixes.status), entries: entries)), recorded: .counted)
    }
}

/// `POST /holdfast/v1/cache/clear`.
struct CacheClearHandler: OperationHandler {
    let operation = HoldfastAPI.Operation.cacheClear
    let node: Node

    func read(_ request: Request, _ parameters: Parameters) async throws -> CacheClearBody {
        let body = try RequestDecoding.decode(CacheClearBody.self, from: await RequestBodyReader.collect(request))
        guard body.model == nil || body.subject == nil else {
            throw HoldfastError(
                .invalidRequest, "The cache is cleared of one model or of one subject, not of both at once.",
                hint: "holdfast cache clear --subject SUBJECT", field: "subject")
        }
        return body
    }

    func resources(of input: CacheClearBody) -> [Resource] { [.node] }

    func handle(_ input: CacheClearBody, _ call: Call) async throws -> Answer {
        let erased: PrefixErasure
        var record = node.trail.record(of: call, AuditOutcome(.ok, status: 200))
        if let subject = input.subject {
            erased = await node.prefixes.erase(tenant: subject)
            record.resource = AuditResource(kind: "subject", name: subject)
        } else if let text = input.model {
            let name = try ModelName(parsing: text)
            guard let entry = try await node.store.registry.entry(named: name) else { throw HoldfastError.notFoundOrNoAccess(name) }
            erased = await node.prefixes.clear(model: entry.digest)
            record.resource = AuditResource(kind: "model", name: name.description, digest: entry.digest)
        } else {
            erased = await node.prefixes.clear()
        }
        record.parameters = ["entries": Int64(erased.entries), "bytes": erased.bytes, "slots": Int64(erased.slots)]
        if erased.failed > 0 { record.outcome = AuditOutcome(.failed, code: HoldfastError.Code.diskFull.rawValue) }
        try await node.trail.append(record)
        guard erased.failed == 0 else {
            throw RecordedFailure(
                error: HoldfastError(
                    .internalError, "The keys of \(erased.failed) saved prefixes could not be overwritten; they are no longer used.",
                    detail: "write or fsync under STATE/prefixes failed", hint: "holdfast status, then: holdfast cache clear"))
        }
        return Answer(try .json(CacheClearedBody(erased)), recorded: .written)
    }
}

extension CacheClearedBody {
    init(_ erased: PrefixErasure) {
        self.init(entries: erased.entries, bytes: erased.bytes, slots: erased.slots, busySlots: erased.busySlots)
    }
}

extension PrefixCacheBody {
    init(_ status: PrefixStatus) {
        self.init(
            entries: status.entries, bytes: status.bytes, maxBytes: status.maximumBytes, scratch: status.scratch, off: status.off)
    }
}
