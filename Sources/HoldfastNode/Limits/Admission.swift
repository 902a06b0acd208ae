import HoldfastCore
import HoldfastHTTP
import HoldfastInference
import HoldfastStore

/// Lets an authorised request in by the first of its bindings that has room, before an engine computes anything for it.
struct Admission: Sendable {
    /// A request that is in, by which binding, and whether its intent is written already: then a reservation is in its transaction.
    struct Admitted: Sendable {
        let record: InferenceRecord
        let isBegun: Bool
    }

    let node: Node
    /// About the model that was found: its limits hold, by whichever name it was asked for.
    let call: Call
    let model: Model
    let request: InferenceRequest

    /// - Throws: ``AccessRefusal`` with the limit that is over soonest, when no binding has room.
    func admit() async throws -> Admitted {
        let allowances = call.authorizer.limits(call.caller, Permission(.inferenceInvoke, on: .model(model.name)))
        guard !allowances.isEmpty else { return Admitted(record: try makeRecord(call), isBegun: false) }
        var refusal: LimitRefusal?
        var prompt: Int?
        for allowance in allowances {
            guard let limits = allowance.limits else { continue }
            do {
                return try await admit(allowance, limits, &prompt)
            } catch let found as LimitRefusal {
                if refusal.map(found.isOver) ?? true { refusal = found }
            }
        }
        guard let refusal else { throw HoldfastError(.internalError, "No limit decided.") }
        throw AccessRefusal(refusal, call.caller)
    }

    /// - Parameter prompt: its tokens, once they were counted.
    private func admit(_ allowance: Allowance, _ limits: Limits, _ prompt: inout Int?) async throws -> Admitted {
        try checkHours(allowance, limits)
        let account = RequestMeter.Account(tenant: call.caller.tenant, name: allowance.account)
        let place: RequestPlace
        do throws(RequestMeter.Full) {
            place = try node.meter.begin(account, limits)
        } catch {
            throw LimitRefusal(error.kind, allowance, used: error.used, retryAfter: error.retryAfter)
        }
        do {
            // What is certain without an engine comes before what takes one.
            try checkContext(allowance, limits, atLeast: request.longestContext(0, node.context(of: model)))
            if let limit = limits.tokensPerDay { try await checkDay(allowance, reservation(allowance, 0, limit)) }
            if prompt == nil, limits.tokensPerDay != nil || limits.context != nil { prompt = try await countPrompt() }
            let counted = prompt ?? 0
            try checkContext(allowance, limits, atLeast: request.longestContext(counted, node.context(of: model)))
            let reserved = limits.tokensPerDay.map { reservation(allowance, counted, $0) }
            let record = try makeRecord(call.granted(by: allowance.grant), place, reserved)
            guard let reserved else { return Admitted(record: record, isBegun: false) }
            do {
                try await record.begin()
            } catch let shortage as TokenShortage {
                throw Self.refusal(allowance, shortage, reserved)
            }
            return Admitted(record: record, isBegun: true)
        } catch {
            place.giveBack(uncounted: true)
            throw error
        }
    }

    private func checkHours(_ allowance: Allowance, _ limits: Limits) throws {
        let now = node.now() / 1000
        let opening = call.authorizer.opening(of: limits, at: now)
        guard !opening.isOpen else { return }
        throw LimitRefusal(.hours, allowance, retryAfter: opening.next.map { Int($0 - now) })
    }

    private func checkContext(_ allowance: Allowance, _ limits: Limits, atLeast tokens: Int) throws {
        guard let bound = limits.context, tokens > bound else { return }
        throw LimitRefusal(.context, allowance, used: Int64(tokens), retryAfter: nil)
    }

    private func checkDay(_ allowance: Allowance, _ wanted: TokenReservation) async throws {
        guard let shortage = try await node.store.shortage(wanted, now: node.now()) else { return }
        throw Self.refusal(allowance, shortage, wanted)
    }

    private func reservation(_ allowance: Allowance, _ prompt: Int, _ limit: Int64) -> TokenReservation {
        let context = node.context(of: model)
        return TokenReservation(
            tenant: call.caller.tenant, account: allowance.account, prompt: Int64(min(prompt, context)),
            tokens: Int64(min(request.longestContext(prompt, context), context)), limit: limit)
    }

    private static func refusal(_ allowance: Allowance, _ shortage: TokenShortage, _ wanted: TokenReservation) -> LimitRefusal {
        LimitRefusal(.tokensPerDay, allowance, used: shortage.used, wanted: wanted.tokens, retryAfter: shortage.retryAfter)
    }

    /// By the model's own engine, which is loaded for it: nothing else knows its tokens.
    private func countPrompt() async throws -> Int {
        let (node, model, generation) = (node, model, request.generation)
        // The engine is to be there still when the request is let in, whatever its keep_alive.
        let terms = RequestTerms(tenant: call.caller.tenant, keepAlive: .seconds(30))
        return try await call.hangUp.cancelling {
            let use = try await node.use(model, for: terms, by: call)
            defer { use.end() }
            return try await use.engine.countPrompt(of: generation)
        }
    }

    private func makeRecord(_ call: Call, _ place: RequestPlace? = nil, _ reservation: TokenReservation? = nil) throws -> InferenceRecord {
        let capture = ContentCapture(
            call.authorizer.captureRecipients(call.caller, [request.name, model.name]), node.configuration.audit)
        return try InferenceRecord(
            call, trail: node.trail, request: request, capture: capture, place: place, reservation: reservation)
    }
}

extension InferenceRequest {
    /// The most tokens of context that it can take: the prompt and the longest answer, or all there are when it names no longest.
    fileprivate func longestContext(_ prompt: Int, _ context: Int) -> Int {
        generation.sampling.maxTokens.map { prompt + $0 } ?? context
    }
}
