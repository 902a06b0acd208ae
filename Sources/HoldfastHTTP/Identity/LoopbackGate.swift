import HTTPTypes
public import HoldfastCore
import Hummingbird

/// Tells who a request on the loopback listener is from. The kernel knows nothing of a TCP peer, so the request must bring a token, and must
/// not have been sent by a browser that somebody's page lured here.
public struct LoopbackGate: Sendable {
    /// Whose token it is.
    /// - Throws: ``HoldfastError`` `token_invalid`, `token_expired`.
    public typealias Verify = @Sendable (TokenText) throws -> NamedSubject

    private static let ownHosts: Set<String> = ["localhost", "127.0.0.1", "[::1]"]

    private let hosts: Set<String>
    private let admitsLoopback: Bool
    private let verify: Verify

    /// - Parameters:
    ///   - hosts: names beside `localhost`, `127.0.0.1` and `[::1]` that a Host header may have, without ports.
    ///   - admitsLoopback: whether a request without a token is from the subject `loopback`.
    public init(hosts: [String], admitsLoopback: Bool, verify: @escaping Verify) {
        self.hosts = Self.ownHosts.union(hosts.map { $0.lowercased() })
        self.admitsLoopback = admitsLoopback
        self.verify = verify
    }

    /// - Throws: ``HoldfastError`` `host_refused`, `token_missing`, `token_invalid`, `token_expired`.
    func identify(_ request: Request) throws -> NamedSubject {
        try checkHost(request)
        guard let credential = Self.credential(of: request.headers) else {
            guard admitsLoopback else { throw Self.missing }
            return .loopback
        }
        let token: TokenText
        do throws(TokenText.Malformed) {
            token = try TokenText(parsing: credential)
        } catch {
            switch error {
            // Clients that cannot be given a token often send some word in its place.
            case .notAToken where admitsLoopback: return .loopback
            case .notAToken: throw Self.invalid("What came as a token is none of this node's: those begin with hft_.")
            case .mistyped: throw Self.invalid("The token is mistyped or cut off: its checksum does not fit.")
            }
        }
        return try verify(token)
    }

    /// A page in a browser can make the browser send requests here, under a name of its own that it lets resolve to this machine.
    private func checkHost(_ request: Request) throws {
        let host = request.head.authority.map(Self.withoutPort)
        guard let host, hosts.contains(host.lowercased()), request.headers[.secondHost] == nil else {
            throw HoldfastError(
                .hostRefused,
                "The request's Host is \(host.map { "'\($0.prefix(80))'" } ?? "missing"), which is not a name of this listener.",
                hint: "use http://127.0.0.1, or add the name to sockets.loopback_hosts")
        }
    }

    static func withoutPort(_ authority: String) -> String {
        guard let colon = authority.lastIndex(of: ":"), !authority.hasSuffix("]"),
            authority[authority.index(after: colon)...].utf8.allSatisfy({ (48...57).contains($0) })
        else { return authority }
        return String(authority[..<colon])
    }

    /// `Authorization: Bearer TOKEN` (RFC 6750), else `x-api-key: TOKEN`. Nil for none, and for another scheme's.
    static func credential(of headers: HTTPFields) -> String? {
        if let value = headers[.authorization] {
            let parts = value.split(separator: " ", maxSplits: 1, omittingEmptySubsequences: true)
            if parts.count == 2, parts[0].lowercased() == "bearer" { return trimmed(parts[1]) }
        }
        return headers[.apiKey].flatMap { trimmed($0[...]) }
    }

    private static func trimmed(_ text: Substring) -> String? {
        var text = text
        while text.first == " " || text.first == "\t" { text.removeFirst() }
        while text.last == " " || text.last == "\t" { text.removeLast() }
        return text.isEmpty ? nil : String(text)
    }

    private static let hint = "holdfast access token create --name NAME --role ROLE, by an administrator"

    private static var missing: HoldfastError {
        HoldfastError(.tokenMissing, "This listener needs a token: Authorization: Bearer hft_…", hint: hint)
    }

    /// What a token of no use is answered with; it says nothing about which tokens there are.
    public static func invalid(_ message: String) -> HoldfastError { HoldfastError(.tokenInvalid, message, hint: hint) }
}

extension HTTPField.Name {
    fileprivate static let apiKey = HTTPField.Name("x-api-key") ?? .authorization
    /// The first Host is the request's authority; what is left under the name is another.
    fileprivate static let secondHost = HTTPField.Name("host") ?? .authorization
}
