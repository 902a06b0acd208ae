import HoldfastAPI
import HoldfastCore
import HoldfastHTTP
import HoldfastStore
import Hummingbird
import NIOCore

/// `GET /healthz`.
struct CatalogHealthHandler: OperationHandler {
    let operation = HoldfastAPI.Operation.health(on: .catalog)
    let catalog: Catalog

    func handle(_ input: Void, _ call: Call) async throws -> Answer {
        if let failure = catalog.storage.failure { throw failure }
        return Answer(.bytes(ByteBuffer(string: "{\"status\":\"ok\"}"), type: "application/json"), recorded: .counted)
    }
}

/// `POST /catalog/v1/gc?grace=SECONDS`.
struct CollectHandler: OperationHandler {
    let operation = HoldfastAPI.Operation.catalogGC
    let catalog: Catalog

    func read(_ request: Request, _ parameters: Parameters) async throws -> Int64 {
        let text = request.uri.queryParameters.get("grace") ?? "3600"
        guard let seconds = Int64(text), (0...31_536_000).contains(seconds) else {
            throw HoldfastError(.invalidRequest, "The grace is a number of seconds, a year at most.", field: "grace")
        }
        return seconds * 1000
    }

    func resources(of input: Int64) -> [Resource] { [.node] }

    func handle(_ input: Int64, _ call: Call) async throws -> Answer {
        let collected = try await catalog.repository.collect(grace: input, at: catalog.trail.time, record: catalog.trail.record(of: call))
        return Answer(try .json(collected), recorded: .written)
    }
}

/// `POST /catalog/v1/audit/checkpoint`: a signed checkpoint in STATE/checkpoint, for `holdfast audit verify --state`.
struct CheckpointHandler: OperationHandler {
    let operation = HoldfastAPI.Operation.catalogAuditVerify
    let catalog: Catalog

    func handle(_ input: Void, _ call: Call) async throws -> Answer {
        try await catalog.storage.checkpoint()
        return Answer(.bytes(ByteBuffer(string: "{\"status\":\"ok\"}"), type: "application/json"), recorded: .counted)
    }
}

/// `POST /catalog/v1/tokens`.
struct OperatorTokenCreateHandler: OperationHandler {
    let operation = HoldfastAPI.Operation.catalogTokenCreate
    let catalog: Catalog

    func read(_ request: Request, _ parameters: Parameters) async throws -> TokenCreateBody {
        let body = try await request.json(TokenCreateBody.self)
        try NamedSubject.checkName(body.name, field: "name")
        guard (1...TokenCreateBody.maximumSeconds).contains(body.ttlSeconds ?? TokenCreateBody.defaultSeconds) else {
            throw HoldfastError(.invalidRequest, "A token lives from one second to one year.", field: "ttl_seconds")
        }
        return body
    }

    func resources(of input: TokenCreateBody) -> [Resource] { [.node] }

    func handle(_ input: TokenCreateBody, _ call: Call) async throws -> Answer {
        guard call.authorizer.policy.role(named: input.role) != nil else {
            throw HoldfastError(
                .invalidRequest, "There is no role '\(input.role.prefix(80))'.",
                hint: "one of \(call.authorizer.policy.roles.map(\.name).joined(separator: ", "))", field: "role")
        }
        let text = try TokenText.make()
        let now = catalog.trail.time
        let token = AccessToken(
            name: input.name, hash: text.hash, role: input.role, creatorUID: call.caller.uid, created: now,
            expires: now + (input.ttlSeconds ?? TokenCreateBody.defaultSeconds) * 1000)
        var record = catalog.trail.record(of: call)
        record.resource = AuditResource(kind: "token", name: "\(token.name) (role \(token.role))")
        catalog.tokens.install(try await catalog.storage.addToken(token, record: record))
        return Answer(try .json(TokenCreatedBody(token: text.text, info: TokenInfo(operator: token, now: now))), recorded: .written)
    }
}

/// `GET /catalog/v1/tokens`.
struct OperatorTokenListHandler: OperationHandler {
    let operation = HoldfastAPI.Operation.catalogTokenList
    let catalog: Catalog

    func handle(_ input: Void, _ call: Call) async throws -> Answer {
        let now = catalog.trail.time
        return Answer(try .json(TokenListBody(tokens: catalog.tokens.all.map { TokenInfo(operator: $0, now: now) })), recorded: .counted)
    }
}

/// `DELETE /catalog/v1/tokens/{name}`.
struct OperatorTokenRevokeHandler: OperationHandler {
    let operation = HoldfastAPI.Operation.catalogTokenRevoke
    let catalog: Catalog

    func read(_ request: Request, _ parameters: Parameters) async throws -> String {
        let name = parameters.get("name") ?? ""
        try NamedSubject.checkName(name, field: "name")
        return name
    }

    func resources(of input: String) -> [Resource] { [.node] }

    func handle(_ input: String, _ call: Call) async throws -> Answer {
        var record = catalog.trail.record(of: call)
        record.resource = AuditResource(kind: "token", name: input)
        catalog.tokens.install(try await catalog.storage.removeToken(input, record: record))
        return Answer(try .json(SubjectRevokedBody(name: input)), recorded: .written)
    }
}

extension TokenInfo {
    fileprivate init(operator token: AccessToken, now: Int64) {
        self.init(
            name: token.name, subject: "token:\(token.name)", role: token.role, creatorUID: token.creatorUID, created: token.created,
            expires: token.expires, isExpired: token.isExpired(at: now), lastUsed: nil)
    }
}
