public import HoldfastAPI
public import HoldfastCore

/// One request on its way through the pipeline: who asks for what, and which rule allows it.
public struct Call: Sendable {
    /// As in `X-Request-Id` and in the audit record.
    public let id: String
    public let operation: Operation
    /// On the loopback listener: whoever the request has proved to be.
    public internal(set) var caller: Caller
    /// The policy as it was when the request came; a reload does not change a request that runs.
    public let authorizer: Authorizer
    public let hangUp: HangUp
    /// Milliseconds since 1970.
    public let receivedAt: Int64
    public let start: ContinuousClock.Instant
    public internal(set) var resource: AuditResource?
    public internal(set) var grant: Grant?
    /// Of a refusal, in its record: the numbers that say why.
    var reasons: [String: Int64] = [:]

    /// Authorises the model a name turned out to mean, with the same verb: an alias opens nothing that its model's own name does not.
    /// - Throws: ``AccessRefusal``
    public func authoriseResolved(_ model: Model) throws {
        guard case .verb(let verb) = operation.access else { return }
        guard authorizer.decide(caller, Permission(verb, on: .model(model.name))).isAllowed else {
            let asked = resource?.name.flatMap { try? ModelName(parsing: $0) } ?? model.name
            throw AccessRefusal(error: .notFoundOrNoAccess(asked))
        }
    }

    /// The audit record of this request, to be completed by who knows more.
    public func record(_ phase: AuditRecord.Phase, at time: Int64, outcome: AuditOutcome? = nil) -> AuditRecord {
        var record = AuditRecord(
            id: id, time: time, phase: phase, actor: AuditActor(caller, role: grant?.role, rule: grant?.rule.description),
            operation: operation.id, resource: resource, outcome: outcome, policyGeneration: Int64(authorizer.policy.generation))
        record.parameters = reasons
        if phase != .intent {
            let elapsed = ContinuousClock.now - start
            record.duration = elapsed.components.seconds * 1_000_000 + elapsed.components.attoseconds / 1_000_000_000_000
        }
        return record
    }

    /// The same call about the model that was found, so that its record carries the digest.
    public func about(_ model: Model) -> Call {
        about(model.name, model.digest)
    }

    /// The same call by the binding that has room for it.
    public func granted(by grant: Grant) -> Call {
        var call = self
        call.grant = grant
        return call
    }

    /// The same call as it is refused: its record names the line that says no, in the place of the rule that allowed it.
    func refused(_ limit: LimitRefusal) -> Call {
        var call = self
        let grant = limit.allowance.grant
        call.grant = Grant(
            role: grant.role, rule: limit.location, resource: grant.resource, binding: grant.binding, subject: grant.subject)
        call.reasons = limit.parameters
        return call
    }

    public func about(_ name: ModelName, _ digest: SHA256Digest) -> Call {
        var call = self
        call.resource = AuditResource(kind: "model", name: resource?.name ?? name.description, digest: digest)
        return call
    }
}

/// A refusal by policy: the caller gets `error`, the audit trail a denial.
public struct AccessRefusal: Error {
    public let error: HoldfastError
    /// Where a rule allowed it and a limit has no room.
    let limit: LimitRefusal?

    public init(error: HoldfastError) {
        self.error = error
        limit = nil
    }

    public init(_ limit: LimitRefusal, _ caller: Caller) {
        error = limit.error(for: caller)
        self.limit = limit
    }
}
