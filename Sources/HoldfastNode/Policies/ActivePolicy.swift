import HoldfastCore
import Synchronization

/// The policy that rules now. It is swapped whole; a request keeps the one it began with.
final class ActivePolicy: Sendable {
    private struct State {
        var authorizer: Authorizer
        /// Why the last reload was refused, until one succeeds.
        var reloadError: HoldfastError?
    }

    private let loader: PolicyLoader
    private let directory: String?
    private let state: Mutex<State>

    /// - Throws: ``HoldfastError`` `policy_invalid`.
    init(directory: String?, builtIn: BuiltInBindings, resolver: NameResolver = SystemNames.resolver) throws {
        self.directory = directory
        loader = PolicyLoader(builtInBindings: builtIn, resolver: resolver)
        let policy = try loader.load(PolicyFiles.read(directory), generation: 1)
        state = Mutex(State(authorizer: Authorizer(policy), reloadError: nil))
    }

    var authorizer: Authorizer { state.withLock { $0.authorizer } }
    var reloadError: HoldfastError? { state.withLock { $0.reloadError } }

    /// Validates every file, then swaps. On an error the policy that rules goes on ruling.
    /// - Throws: ``HoldfastError`` `policy_invalid`.
    func reload() throws -> Policy {
        do {
            let policy = try loader.load(PolicyFiles.read(directory), generation: authorizer.policy.generation + 1)
            let authorizer = Authorizer(policy)
            state.withLock { $0 = State(authorizer: authorizer, reloadError: nil) }
            return policy
        } catch let error as HoldfastError {
            state.withLock { $0.reloadError = error }
            throw error
        }
    }
}
