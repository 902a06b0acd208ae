import HoldfastAPI
import HoldfastCore
import HoldfastHTTP
import HoldfastStore
import Hummingbird

/// `POST /holdfast/v1/access/tokens`.
struct TokenCreateHandler: OperationHandler {
    struct Input: Sendable {
        let name: String
        let role: String
        let seconds: Int64
    }

    let operation = HoldfastAPI.Operation.accessTokenCreate
    let node: Node

    func read(_ request: Request, _ parameters: Parameters) async throws -> Input {
        let body = try RequestDecoding.decode(TokenCreateBody.self, from: await RequestBodyReader.collect(request))
        try NamedSubject.checkName(body.name, field: "name")
        let seconds = body.ttlSeconds ?? TokenCreateBody.defaultSeconds
        guard (1...TokenCreateBody.maximumSeconds).contains(seconds) else {
            throw HoldfastError(
                .invalidRequest, "A token lives from one second to one year (\(TokenCreateBody.maximumSeconds) seconds).",
                hint: "holdfast access token create --ttl 90d", field: "ttl_seconds")
        }
        return Input(name: body.name, role: body.role, seconds: seconds)
    }

    func resources(of input: Input) -> [Resource] { [.node] }

    func handle(_ input: Input, _ call: Call) async throws -> Answer {
        try checkRole(input.role, call.authorizer.policy)
        let text = try TokenText.make()
        let now = node.trail.time
        let token = AccessToken(
            name: input.name, hash: text.hash, role: input.role, creatorUID: call.caller.uid, created: now,
            expires: now + input.seconds * 1000)
        var record = node.trail.record(of: call)
        record.resource = AuditResource(kind: "token", name: "\(token.name) (role \(token.role))")
        record.parameters = ["expires": token.expires]
        let written = record
        let (tokens, version) = try await node.store.commit { transaction in
            let tokens = try transaction.addToken(token)
            return (tokens, try transaction.append(written))
        }
        node.tokens.install(tokens, version: version)
        return Answer(try .json(TokenCreatedBody(token: text.text, info: TokenInfo(token, now: now))), recorded: .written)
    }

    /// A role may go later: then the token gives nothing until it is there again.
    private func checkRole(_ role: String, _ policy: Policy) throws {
        guard policy.role(named: role) == nil else { return }
        let nearest = Nearest.matches(for: role, among: policy.roles.map(\.name)).joined(separator: ", ")
        throw HoldfastError(
            .invalidRequest, "There is no role '\(role.prefix(80))'.\(nearest.isEmpty ? "" : " Nearest: \(nearest).")",
            hint: "holdfast access policy show", field: "role")
    }
}

/// `GET /holdfast/v1/access/tokens`.
struct TokenListHandler: OperationHandler {
    let operation = HoldfastAPI.Operation.accessTokenList
    let node: Node

    func handle(_ input: Void, _ call: Call) async throws -> Answer {
        let now = node.trail.time
        return Answer(try .json(TokenListBody(tokens: node.tokens.tokens.map { TokenInfo($0, now: now) })), recorded: .counted)
    }
}

/// `DELETE /holdfast/v1/access/tokens/{name}`.
struct TokenRevokeHandler: OperationHandler {
    let operation = HoldfastAPI.Operation.accessTokenRevoke
    let node: Node

    func read(_ request: Request, _ parameters: Parameters) async throws -> String { try parameters.subjectName() }
    func resources(of input: String) -> [Resource] { [.node] }

    func handle(_ input: String, _ call: Call) async throws -> Answer {
        var record = node.trail.record(of: call)
        record.resource = AuditResource(kind: "token", name: input)
        let written = record
        let (tokens, version) = try await node.store.commit { transaction in
            let tokens = try transaction.removeToken(input)
            return (tokens, try transaction.append(written))
        }
        node.tokens.install(tokens, version: version)
        return Answer(try .json(SubjectRevokedBody(name: input)), recorded: .written)
    }
}

extension Parameters {
    /// - Throws: ``HoldfastError`` `invalid_request`.
    func subjectName() throws -> String {
        let name = get("name").flatMap(PercentEncoding.decode) ?? ""
        try NamedSubject.checkName(name, field: "name")
        return name
    }
}

extension TokenInfo {
    init(_ token: AccessToken, now: Int64) {
        self.init(
            name: token.name, subject: "token:\(token.name)", role: token.role, creatorUID: token.creatorUID, created: token.created,
            expires: token.expires, isExpired: token.isExpired(at: now), lastUsed: token.usedDay.map(CivilDate.text))
    }
}

/// Dates of the Gregorian calendar, in UTC.
enum CivilDate {
    /// `2026-11-24` of days since 1970. By the years from March on, so that the leap day is the last of its year.
    static func text(_ day: Int64) -> String {
        let shifted = day + 719_468
        let era = shifted / 146_097
        let dayOfEra = shifted % 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let month = (5 * dayOfYear + 2) / 153
        let date = dayOfYear - (153 * month + 2) / 5 + 1
        let civilMonth = month < 10 ? month + 3 : month - 9
        let year = yearOfEra + era * 400 + (civilMonth <= 2 ? 1 : 0)
        func two(_ number: Int64) -> String { number < 10 ? "0\(number)" : "\(number)" }
        return "\(year)-\(two(civilMonth))-\(two(date))"
    }
}
