import HoldfastCore
import HoldfastCrypto
import HoldfastHTTP
import HoldfastStore
import Logging
import Synchronization

/// What the catalog's handlers work with.
struct Catalog: Sendable {
    let storage: any CatalogStorage
    let repository: CatalogRepository
    let trail: CatalogAuditTrail
    let tokens: OperatorTokens
    let authorizer: Authorizer
    let logger: Logger
}

/// The operators' tokens, at hand for each request.
final class OperatorTokens: Sendable {
    private let tokens: Mutex<[AccessToken]>

    init(_ tokens: [AccessToken]) { self.tokens = Mutex(tokens) }

    func install(_ list: [AccessToken]) { tokens.withLock { $0 = list } }
    var all: [AccessToken] { tokens.withLock { $0 } }

    /// Whose token it is. All are compared, each in constant time.
    /// - Throws: ``HoldfastError`` `token_invalid`, `token_expired`.
    func verify(_ text: TokenText, at time: Int64) throws -> NamedSubject {
        let hash = text.hash
        var found: AccessToken?
        for token in all where ConstantTime.equal(token.hash, hash) { found = token }
        guard let found else { throw LoopbackGate.invalid("The token is none of this catalog's; it may have been revoked.") }
        guard !found.isExpired(at: time) else {
            throw HoldfastError(
                .tokenExpired, "The token '\(found.name)' has expired.", hint: "holdfast catalog token create --name \(found.name)")
        }
        return .token(name: found.name, role: found.role)
    }
}
