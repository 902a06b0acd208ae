import HoldfastCore
import HoldfastHTTP
import HoldfastStore
import Synchronization

/// The policy that rules now: the active generation of the store. It is swapped whole; a request keeps the one it began with.
final class ActivePolicy: Sendable {
    private struct State {
        var authorizer: Authorizer
        /// Why the last SIGHUP or apply from the directory was refused, until one succeeds.
        var reloadError: HoldfastError?
    }

    let directory: PolicyDirectory
    /// Whether this start found a generation. If not, what it has is of the directory, and is to be stored before anything is served.
    let wasStored: Bool
    private let loader: PolicyLoader
    private let resolver: NameResolver
    private let state: Mutex<State>

    /// - Parameter stored: the active generation. Its files rule whatever the directory has; what has become wrong with it since (a user is
    ///   gone, a group has grown) is a warning, because the node must come up for anybody to mend it.
    /// - Throws: ``HoldfastError`` `policy_invalid`.
    init(
        directory: PolicyDirectory, stored: StoredPolicy?, builtIn: BuiltInBindings, resolver: NameResolver = SystemNames.resolver
    ) throws {
        self.directory = directory
        self.resolver = resolver
        loader = PolicyLoader(builtInBindings: builtIn, resolver: resolver)
        wasStored = stored != nil
        let policy: Policy
        if let stored {
            policy = try loader.load(stored.files, generation: Int(stored.generation.number))
        } else {
            let files = try directory.read()
            policy = try loader.load(files, generation: 1)
            // A node without any policy file starts also where nobody can be given a built-in role.
            if !files.isEmpty { try PolicyGuard.check(policy, resolver: resolver) }
        }
        state = Mutex(State(authorizer: Authorizer(policy), reloadError: nil))
    }

    var authorizer: Authorizer { state.withLock { $0.authorizer } }
    var reloadError: HoldfastError? { state.withLock { $0.reloadError } }

    /// What an operator should know of the policy that rules.
    var warnings: [String] {
        let policy = authorizer.policy
        return (policy.warnings + PolicyGuard.problems(of: policy, resolver: resolver)).map(\.description)
    }

    var drift: PolicyDrift? { PolicyDrift(directory, authorizer.policy.sources) }

    /// Reads and checks all of what is to rule next. Nothing is changed.
    /// - Throws: ``HoldfastError`` `policy_invalid`.
    func candidate(_ files: [PolicySource]) throws -> Policy {
        try PolicyDirectory.checkSize(files)
        let policy = try loader.load(files, generation: 0)
        try PolicyGuard.check(policy, resolver: resolver)
        return policy
    }

    /// After the commit. Where two came at once, the later generation stays, in whichever order they come here.
    func swap(to policy: Policy) {
        let authorizer = Authorizer(policy)
        state.withLock { state in
            guard policy.generation >= state.authorizer.policy.generation else { return }
            state = State(authorizer: authorizer, reloadError: nil)
        }
    }

    func refused(_ error: HoldfastError) { state.withLock { $0.reloadError = error } }
}
