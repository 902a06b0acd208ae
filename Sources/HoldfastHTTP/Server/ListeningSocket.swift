import CDispatch
import Glibc
public import HoldfastCore

/// A listening socket: our own Unix socket, or one inherited from systemd, which may also be TCP on the loopback interface.
public struct ListeningSocket: Sendable {
    public let descriptor: Int32
    /// Which operations it has.
    public let kind: SocketKind
    /// Who its callers are.
    public let door: Door
    /// The path to remove at the end; nil for an inherited socket, which is its owner's.
    public let path: String?

    /// `sockaddr_un.sun_path` holds 108 bytes, the last of them zero.
    public static let maximumPathBytes = 107

    public init(inherited descriptor: Int32, kind: SocketKind, door: Door = .kernel) {
        self.descriptor = descriptor
        self.kind = kind
        self.door = door
        self.path = nil
    }

    /// Binds `path`. A live socket there is dialled first and never taken; only a dead one is removed, and nothing but a socket.
    /// - Throws: ``HoldfastError`` `socket_in_use`, `configuration_invalid`.
    public init(binding path: String, kind: SocketKind, mode: UInt32, group: UInt32? = nil, door: Door = .kernel) throws {
        if try Self.isDeadSocket(path) {
            guard unlink(path) == 0 else { throw Self.failure("remove the dead socket", path) }
        }
        let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { throw Self.failure("open a socket for", path) }
        do {
            // Nobody may connect between bind and chmod.
            guard fchmod(descriptor, 0o600) == 0 else { throw Self.failure("restrict", path) }
            guard Self.withAddress(path, { bind(descriptor, $0, $1) }) == 0 else { throw Self.failure("bind", path) }
            if let group { guard chown(path, uid_t.max, group) == 0 else { throw Self.failure("give the group to", path) } }
            guard chmod(path, mode) == 0 else { throw Self.failure("set the mode of", path) }
            guard listen(descriptor, 1024) == 0 else { throw Self.failure("listen on", path) }
        } catch {
            close(descriptor)
            throw error
        }
        self.descriptor = descriptor
        self.kind = kind
        self.door = door
        self.path = path
    }

    /// Where a Unix socket is in the file system, inherited or not.
    public var boundPath: String? {
        var address = sockaddr_un()
        var length = socklen_t(MemoryLayout<sockaddr_un>.size)
        let named = withUnsafeMutablePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { getsockname(descriptor, $0, &length) }
        }
        guard named == 0, address.sun_family == sa_family_t(AF_UNIX) else { return nil }
        let path = withUnsafeBytes(of: &address.sun_path) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
        return path.isEmpty ? nil : path
    }

    /// Removes our own socket file, so that clients see at once that nobody serves.
    public func unlinkOwn() {
        if let path { unlink(path) }
    }

    /// Dials what is at `path`, without changing anything.
    /// - Returns: true when a socket is there that nobody serves, false when nothing is there.
    /// - Throws: ``HoldfastError`` `socket_in_use`, `configuration_invalid`.
    @discardableResult public static func isDeadSocket(_ path: String) throws -> Bool {
        guard path.utf8.count <= maximumPathBytes else {
            throw HoldfastError(
                .configurationInvalid, "The socket path '\(path)' has \(path.utf8.count) bytes; \(maximumPathBytes) is the most.",
                hint: "holdfastd --runtime with a shorter directory")
        }
        var status = stat()
        guard lstat(path, &status) == 0 else { return false }
        guard status.st_mode & S_IFMT == S_IFSOCK else {
            throw HoldfastError(
                .socketInUse, "'\(path)' is there and is not a socket; it is left alone.",
                hint: "holdfastd --runtime with another directory")
        }
        let probe = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard probe >= 0 else { throw failure("open a socket for", path) }
        defer { close(probe) }
        if withAddress(path, { connect(probe, $0, $1) }) == 0 || errno != ECONNREFUSED {
            throw HoldfastError(
                .socketInUse, "Another process serves '\(path)'.", hint: "holdfast status shows the node that runs; stop it first")
        }
        return true
    }

    private static func withAddress(_ path: String, _ body: (UnsafePointer<sockaddr>, socklen_t) -> Int32) -> Int32 {
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8.prefix(maximumPathBytes)) }
        return withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { body($0, socklen_t(MemoryLayout<sockaddr_un>.size)) }
        }
    }

    private static func failure(_ verb: String, _ path: String) -> HoldfastError {
        HoldfastError(
            .configurationInvalid, "Cannot \(verb) '\(path)': \(String(cString: strerror(errno))).",
            hint: "holdfastd --runtime with a directory you may write to")
    }
}
