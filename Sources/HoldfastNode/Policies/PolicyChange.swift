import HoldfastCore
import HoldfastStore

/// Puts a policy in force: all of it is checked, then the generation is committed with the record that speaks of it, then it is swapped in.
/// Killed in between, the next start finds the committed one.
struct PolicyChange: Sendable {
    struct Applied: Sendable {
        let policy: Policy
        /// Nil when the files were those of the generation that rules.
        let generation: PolicyGeneration?
    }

    let store: NodeStore
    let policy: ActivePolicy

    /// - Parameters:
    ///   - record: about the change, by whoever makes it; what it changed is added here.
    ///   - copiedFrom: a rollback makes a generation also of what rules already.
    /// - Throws: ``HoldfastError`` `policy_invalid`; what the store throws. Nothing was changed then.
    func apply(
        _ files: [PolicySource], by authorUID: UInt32, _ source: PolicyGeneration.Source, copiedFrom: Int64? = nil, record: AuditRecord
    ) async throws -> Applied {
        let candidate = try await offPool { try policy.candidate(files) }
        let ruling = policy.authorizer.policy
        var record = record
        record.describe(candidate)
        if copiedFrom == nil, Set(ruling.sources) == Set(candidate.sources) {
            record.parameters["generation"] = Int64(ruling.generation)
            try await append(record)
            let again = candidate.numbered(ruling.generation)
            policy.swap(to: again)
            return Applied(policy: again, generation: nil)
        }
        let generation = try await add(candidate, authorUID, source, copiedFrom, record)
        let numbered = candidate.numbered(Int(generation.number))
        policy.swap(to: numbered)
        return Applied(policy: numbered, generation: generation)
    }

    /// The first start's: what was read from the directory becomes generation 1.
    func store(first policy: Policy, by authorUID: UInt32, record: AuditRecord) async throws {
        var record = record
        record.describe(policy)
        _ = try await add(policy, authorUID, .start, nil, record)
    }

    private func add(
        _ policy: Policy, _ authorUID: UInt32, _ source: PolicyGeneration.Source, _ copiedFrom: Int64?, _ record: AuditRecord
    ) async throws -> PolicyGeneration {
        try await store.commit { transaction in
            let generation = try transaction.addPolicy(
                policy.sources, digest: policy.digest, authorUID: authorUID, source: source, copiedFrom: copiedFrom)
            var record = record
            record.parameters["generation"] = generation.number
            if let copiedFrom { record.parameters["copied_from"] = copiedFrom }
            try transaction.append(record)
            return generation
        }
    }

    private func append(_ record: AuditRecord) async throws {
        _ = try await store.commit { try $0.append(record) }
    }
}

extension AuditRecord {
    /// About a policy: its digest, and how much there is of it.
    mutating func describe(_ policy: Policy) {
        resource = AuditResource(kind: "policy", digest: policy.digest)
        parameters["roles"] = Int64(policy.roles.count)
        parameters["bindings"] = Int64(policy.bindings.count)
        parameters["warnings"] = Int64(policy.warnings.count)
        let captures = policy.roles.count { $0.capture != nil }
        if captures > 0 { parameters["captures"] = Int64(captures) }
    }
}
