import HoldfastCore
import HoldfastCrypto
import HoldfastHTTP
import HoldfastStore
import Synchronization

/// The tokens there are, at hand: each request on the loopback listener is held against them without asking the database.
final class TokenBook: Sendable {
    private struct State {
        /// Of the newest list that was installed: the place of its record in the audit log.
        var version: Int64 = .min
        var tokens: [AccessToken] = []
        /// Days of use that are not in the database yet, by hash.
        var uses: [[UInt8]: Int64] = [:]
    }

    private let state = Mutex(State())

    /// Takes the list as it is after a commit. Commits may be told in another order than they came: an older list changes nothing.
    /// - Parameter version: the place in the audit log of the record that the commit wrote; -1 at start.
    func install(_ tokens: [AccessToken], version: Int64) {
        state.withLock { state in
            guard version > state.version else { return }
            let used = Dictionary(state.tokens.map { ($0.hash, $0.usedDay) }) { first, _ in first }
            state.version = version
            state.tokens = tokens.map { token in
                var token = token
                token.usedDay = [token.usedDay, used[token.hash] ?? nil].compactMap { $0 }.max()
                return token
            }
        }
    }

    /// By name.
    var tokens: [AccessToken] { state.withLock { $0.tokens } }

    /// Whom the tokens are for, with the role each brings.
    var holders: [NamedSubject] { tokens.map { .token(name: $0.name, role: $0.role) } }

    func role(ofToken name: String) -> String? { tokens.first { $0.name == name }?.role }

    /// Whose token it is. Every token is compared, each in constant time, so that the time taken says nothing about any.
    /// - Parameter time: milliseconds since 1970.
    /// - Throws: ``HoldfastError`` `token_invalid`, `token_expired`.
    func verify(_ text: TokenText, at time: Int64) throws -> NamedSubject {
        let hash = text.hash
        return try state.withLock { state in
            var found: Int?
            for (index, token) in state.tokens.enumerated() where ConstantTime.equal(token.hash, hash) { found = index }
            guard let found else {
                throw LoopbackGate.invalid("The token is none of this node's; it may have been revoked.")
            }
            let token = state.tokens[found]
            guard !token.isExpired(at: time) else {
                throw HoldfastError(
                    .tokenExpired, "The token '\(token.name)' has expired.",
                    hint: "holdfast access token create --name \(token.name) --role \(token.role), by an administrator")
            }
            let day = AccessToken.day(at: time)
            if token.usedDay.map({ $0 < day }) ?? true {
                state.tokens[found].usedDay = day
                state.uses[hash] = day
            }
            return .token(name: token.name, role: token.role)
        }
    }

    /// Writes the days of use that are new.
    func flush(to store: NodeStore) async throws {
        let uses = state.withLock { state in
            defer { state.uses = [:] }
            return state.uses
        }
        guard !uses.isEmpty else { return }
        do {
            try await store.commit { try $0.keepUse(uses) }
        } catch {
            state.withLock { state in state.uses.merge(uses) { max($0, $1) } }
            throw error
        }
    }
}
