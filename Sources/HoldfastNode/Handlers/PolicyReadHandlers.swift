import HoldfastAPI
import HoldfastCore
import HoldfastHTTP
import HoldfastStore
import Hummingbird

/// Numbers in the query of the policy operations, by the keys an operation knows.
struct PolicyQuery: Sendable {
    private let values: [String: Int64]

    init(_ request: Request, keys: [String]) throws {
        var values: [String: Int64] = [:]
        for (key, text) in request.uri.queryParameters {
            guard keys.contains(String(key)) else {
                throw HoldfastError(.invalidRequest, "There is no parameter '\(key.prefix(40))' here.", field: String(key.prefix(40)))
            }
            guard let value = Int64(text), value >= 1 else {
                throw HoldfastError(.invalidRequest, "'\(key)' must be a number from 1.", field: String(key))
            }
            values[String(key)] = value
        }
        self.values = values
    }

    subscript(key: String) -> Int64? { values[key] }
}

/// `GET /holdfast/v1/access/policy`: the generation that rules, or another one.
struct PolicyShowHandler: OperationHandler {
    let operation = HoldfastAPI.Operation.policyShow
    let node: Node

    func read(_ request: Request, _ parameters: Parameters) async throws -> Int64? {
        try PolicyQuery(request, keys: ["generation"])["generation"]
    }

    func resources(of input: Int64?) -> [Resource] { [.node] }

    func handle(_ input: Int64?, _ call: Call) async throws -> Answer {
        let policy = node.policy
        let ruling = Int64(policy.authorizer.policy.generation)
        let number = input ?? ruling
        guard let stored = try await node.store.policies.policy(number) else { throw PolicyGeneration.notFound(number) }
        let drift = try await offPool { policy.drift }
        return Answer(
            try .json(
                PolicyShowBody(
                    generation: PolicyGenerationBody(stored.generation), isActive: number == ruling,
                    files: stored.files.map { PolicyFileBody(name: $0.name, text: String(decoding: $0.bytes, as: UTF8.self)) },
                    warnings: policy.warnings, drift: drift.map(PolicyDriftBody.init))),
            recorded: .counted)
    }
}

/// `GET /holdfast/v1/access/policy/history`, newest first.
struct PolicyHistoryHandler: OperationHandler {
    struct Input: Sendable {
        let before: Int64?
        let limit: Int
    }

    let operation = HoldfastAPI.Operation.policyHistory
    let node: Node

    func read(_ request: Request, _ parameters: Parameters) async throws -> Input {
        let query = try PolicyQuery(request, keys: ["before", "limit"])
        let limit = query["limit"] ?? 100
        guard limit <= 1000 else { throw HoldfastError(.invalidRequest, "'limit' must be at most 1000.", field: "limit") }
        return Input(before: query["before"], limit: Int(limit))
    }

    func resources(of input: Input) -> [Resource] { [.node] }

    func handle(_ input: Input, _ call: Call) async throws -> Answer {
        let found = try await node.store.policies.generations(before: input.before, limit: input.limit)
        let next = found.count == input.limit && (found.last?.number ?? 1) > 1 ? found.last?.number : nil
        return Answer(
            try .json(
                PolicyHistoryBody(
                    active: Int64(node.policy.authorizer.policy.generation), generations: found.map(PolicyGenerationBody.init), next: next)),
            recorded: .counted)
    }
}

extension PolicyGenerationBody {
    init(_ generation: PolicyGeneration) {
        self.init(
            number: generation.number, digest: generation.digest.description, authorUID: generation.authorUID,
            source: generation.source.rawValue, copiedFrom: generation.copiedFrom, time: generation.time)
    }
}

extension PolicyDriftBody {
    init(_ drift: PolicyDrift) { self.init(changed: drift.changed, added: drift.added, removed: drift.removed, error: drift.error) }
}
