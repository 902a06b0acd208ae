import Glibc
import HoldfastCore

/// Messages on a connected socket, and addresses of sockets.
enum SignerFrames {
    static let maximumBytes = 16 << 20

    static func write(_ json: OLPCJSON, to descriptor: Int32) throws {
        let body = try json.json()
        var rest = (withUnsafeBytes(of: UInt32(body.count).bigEndian) { Array($0) } + body)[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
            guard count > 0 || errno == EINTR else { throw gone }
            rest = rest.dropFirst(max(0, count))
        }
    }

    static func read(from descriptor: Int32) throws -> OLPCJSON {
        let count = Int(try bytes(4, from: descriptor).reduce(UInt32(0)) { $0 << 8 | UInt32($1) })
        guard count <= maximumBytes else {
            throw HoldfastError(.requestTooLarge, "A message for the signer is longer than \(maximumBytes) bytes.")
        }
        return try OLPCJSON(parsing: bytes(count, from: descriptor))
    }

    private static func bytes(_ count: Int, from descriptor: Int32) throws -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: count)
        var done = 0
        while done < count {
            let got = bytes.withUnsafeMutableBytes { recv(descriptor, $0.baseAddress?.advanced(by: done), count - done, 0) }
            if got < 0, errno == EINTR { continue }
            guard got > 0 else { throw gone }
            done += got
        }
        return bytes
    }

    private static var gone: HoldfastError { HoldfastError(.interrupted, "The other end of the signer's socket went away.") }

    /// A socket on which neither end waits longer than ten seconds for the other.
    static func open() throws -> Int32 {
        let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { throw HoldfastError(.internalError, "No socket can be opened: \(String(cString: strerror(errno))).") }
        return descriptor
    }

    static func limitWaiting(_ descriptor: Int32) {
        var limit = timeval(tv_sec: 10, tv_usec: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
        setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
    }

    static func withAddress(_ path: String, _ body: (UnsafePointer<sockaddr>, socklen_t) -> Int32) throws -> Int32 {
        var address = sockaddr_un()
        guard path.utf8.count < MemoryLayout.size(ofValue: address.sun_path) else {
            throw HoldfastError(.configurationInvalid, "The socket's path \(path) is too long.")
        }
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
        return withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { body($0, socklen_t(MemoryLayout<sockaddr_un>.size)) }
        }
    }
}
