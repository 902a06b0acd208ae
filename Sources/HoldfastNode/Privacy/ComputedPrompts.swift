import HoldfastCore
import HoldfastInference
import HoldfastStore

/// Prompts as engines computed them: saved prefixes, and what live engines hold.
///
/// An entry is a subject's, not a request's: with one request goes all that was computed for whoever sent it. It costs computing it again.
struct ComputedPrompts: ContentHolder {
    let store: NodeStore
    let prefixes: PrefixCache

    func erase(_ erasure: Erasure) async throws -> Bool {
        var isGone = true
        for tenant in try await tenants(of: erasure.scope) {
            let erased = await prefixes.erase(tenant: tenant)
            isGone = isGone && erased.failed == 0 && erased.busySlots == 0
        }
        return isGone
    }

    private func tenants(of scope: ErasureScope) async throws -> Set<String> {
        switch scope {
        case .request(let id): return Set(try await store.audit.named(id).map(\.record.actor.tenant))
        case .subject(let name): return [name]
        case .uid(let uid):
            let sockets = try await store.subjects.sockets().filter { $0.actsAs == uid }
            return Set(sockets.map { "app:\($0.name)" } + ["uid:\(uid)"])
        }
    }
}
