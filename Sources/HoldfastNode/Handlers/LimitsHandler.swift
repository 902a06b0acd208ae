import HoldfastAPI
import HoldfastCore
import HoldfastHTTP
import HoldfastStore
import Hummingbird

/// `GET /holdfast/v1/access/limits`: what is bounded, and how much of it is used.
struct LimitsHandler: OperationHandler {
    let operation = HoldfastAPI.Operation.accessLimits
    let node: Node

    func read(_ request: Request, _ parameters: Parameters) async throws -> Subject? {
        var subject: Subject?
        for (key, text) in request.uri.queryParameters {
            guard key == "subject" else {
                throw HoldfastError(.invalidRequest, "There is no parameter '\(key.prefix(40))' here.", field: String(key.prefix(40)))
            }
            subject = try Subject(parsing: String(text))
        }
        return subject
    }

    func resources(of input: Subject?) -> [Resource] { [.node] }

    func handle(_ input: Subject?, _ call: Call) async throws -> Answer {
        let caller = try input.map { try AccessQuestion.caller(for: $0, node.tokens) }
        let held = caller.map(call.authorizer.limitedAccounts)
        var tenant: String?
        switch input {
        // Groups have no use of their own: each caller has.
        case nil, .gid, .group: break
        case .uid, .user, .token, .app, .loopback: tenant = caller?.tenant
        }
        let used = Dictionary(grouping: try await use(of: tenant), by: \.account)
        let now = node.now() / 1000
        let bindings = call.authorizer.limitedBindings.compactMap { limited -> LimitsBody.Binding? in
            guard held.map({ !$0.isDisjoint(with: limited.accounts) }) ?? true else { return nil }
            return body(limited, used, call.authorizer, now)
        }
        return Answer(
            try .json(LimitsBody(bindings: bindings, policyGeneration: call.authorizer.policy.generation)), recorded: .counted)
    }

    private struct Used {
        let account: String
        let body: LimitsBody.Use
    }

    /// - Parameter tenant: nil for everybody.
    private func use(of tenant: String?) async throws -> [Used] {
        let tokens = try await node.store.tokenUse(now: node.now())
        let byAccount = Dictionary(
            tokens.map { (RequestMeter.Account(tenant: $0.tenant, name: $0.account), $0) }, uniquingKeysWith: { first, _ in first })
        let accounts = Set(byAccount.keys).union(node.meter.accounts).filter { tenant == nil || $0.tenant == tenant }
        return accounts.sorted { ($0.tenant, $0.name) < ($1.tenant, $1.name) }.map { account in
            let use = node.meter.use(of: account)
            return Used(
                account: account.name,
                body: LimitsBody.Use(
                    caller: account.tenant, requests: use.lately, running: use.running, tokens: byAccount[account]?.used ?? 0,
                    reservedTokens: byAccount[account]?.reserved ?? 0))
        }
    }

    private func body(
        _ limited: (binding: HoldfastCore.Binding, accounts: [String]), _ used: [String: [Used]], _ authorizer: Authorizer, _ now: Int64
    ) -> LimitsBody.Binding? {
        guard let limits = limited.binding.limits else { return nil }
        let opening = authorizer.opening(of: limits, at: now)
        var body = LimitsBody.Binding(
            role: limited.binding.role, subjects: limited.binding.subjects.map(\.subject.description),
            binding: limited.binding.location.description, location: limits.location.description, isOpen: opening.isOpen,
            opensAt: opening.next.map { $0 * 1000 }, use: limited.accounts.flatMap { used[$0] ?? [] }.map(\.body))
        body.requestsPerMinute = limits.requestsPerMinute
        body.concurrentRequests = limits.concurrentRequests
        body.tokensPerDay = limits.tokensPerDay
        body.context = limits.context
        body.hours = limits.hours?.description
        body.zone = limits.zone
        return body
    }
}
