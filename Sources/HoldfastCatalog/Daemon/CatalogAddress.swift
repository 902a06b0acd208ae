import Glibc
import HoldfastCore
import HoldfastHTTP

/// Where a catalog listens: a Unix socket's path, or a loopback HOST:PORT. With TLS any address of this machine.
enum CatalogAddress: Equatable {
    case unix(String)
    case tcp(host: String, port: UInt16)

    /// - Throws: ``HoldfastError`` `configuration_invalid`.
    init(_ text: String, tls: Bool) throws {
        if text.contains("/") {
            self = .unix(text)
            return
        }
        guard let colon = text.lastIndex(of: ":"), let port = UInt16(text[text.index(after: colon)...]) else {
            throw HoldfastError(
                .configurationInvalid, "'\(text.prefix(200))' is no address: a socket's path with a '/', or HOST:PORT.",
                hint: "--listen 127.0.0.1:8443")
        }
        let host = text[..<colon].trimmingBrackets
        let isLoopback = host == "localhost" || host == "::1" || host.hasPrefix("127.")
        guard tls || isLoopback else {
            throw HoldfastError(
                .configurationInvalid, "'\(text.prefix(200))' can be reached from other machines, and would be without encryption.",
                hint: "give --tls-cert and --tls-key, or listen on 127.0.0.1")
        }
        self = .tcp(host: host == "localhost" ? "127.0.0.1" : host, port: port)
    }

    func listen() throws -> ListeningSocket {
        switch self {
        case .unix(let path): return try ListeningSocket(binding: path, kind: .catalog, mode: 0o660)
        case .tcp(let host, let port): return ListeningSocket(inherited: try Self.bindTCP(host, port), kind: .catalog, door: .loopback)
        }
    }

    private static func bindTCP(_ host: String, _ port: UInt16) throws -> Int32 {
        var hints = addrinfo()
        hints.ai_flags = AI_NUMERICHOST | AI_PASSIVE
        hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        var found: UnsafeMutablePointer<addrinfo>?
        guard getaddrinfo(host, String(port), &hints, &found) == 0, let address = found?.pointee else {
            throw HoldfastError(.configurationInvalid, "'\(host)' is no numeric address of this machine.", hint: "--listen 127.0.0.1:8443")
        }
        defer { freeaddrinfo(found) }
        let descriptor = socket(address.ai_family, address.ai_socktype | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { throw failure(host, port) }
        var one: Int32 = 1
        setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &one, socklen_t(MemoryLayout<Int32>.size))
        guard bind(descriptor, address.ai_addr, address.ai_addrlen) == 0, Glibc.listen(descriptor, 1024) == 0 else {
            let error = failure(host, port)
            close(descriptor)
            throw error
        }
        return descriptor
    }

    private static func failure(_ host: String, _ port: UInt16) -> HoldfastError {
        HoldfastError(
            errno == EADDRINUSE ? .socketInUse : .configurationInvalid,
            "Cannot listen on \(host):\(port): \(String(cString: strerror(errno))).",
            hint: "holdfast-catalogd --listen with another address")
    }
}

extension Substring {
    fileprivate var trimmingBrackets: String { hasPrefix("[") && hasSuffix("]") ? String(dropFirst().dropLast()) : String(self) }
}
