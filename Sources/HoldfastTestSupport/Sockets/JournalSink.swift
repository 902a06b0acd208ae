import Glibc

/// A datagram socket that stands in for the journal's.
public final class JournalSink: Sendable {
    public let path: String
    private let descriptor: Int32

    public init(in folder: String) throws {
        path = folder + "/journal"
        descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue) | Int32(SOCK_NONBLOCK.rawValue), 0)
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: Array(path.utf8)) }
        let bound = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size)) }
        }
        guard bound == 0 else { throw TestFailure("bind: errno \(errno)") }
    }

    deinit { close(descriptor) }

    /// What waits in the socket: the fields of each entry, read as the protocol says.
    public func entries() throws -> [[String: String]] {
        var found: [[String: String]] = []
        var buffer = [UInt8](repeating: 0, count: 1 << 17)
        while case let count = recv(descriptor, &buffer, buffer.count, 0), count > 0 {
            found.append(try Self.parse(Array(buffer[..<count])))
        }
        return found
    }

    static func parse(_ bytes: [UInt8]) throws -> [String: String] {
        var fields: [String: String] = [:]
        var rest = bytes[...]
        while !rest.isEmpty {
            guard let end = rest.firstIndex(where: { $0 == UInt8(ascii: "=") || $0 == UInt8(ascii: "\n") }) else {
                throw TestFailure("no end")
            }
            let name = String(decoding: rest[..<end], as: UTF8.self)
            guard !name.isEmpty, name.utf8.allSatisfy({ (65...90).contains($0) || (48...57).contains($0) || $0 == 95 }),
                !name.hasPrefix("_")
            else { throw TestFailure("field name '\(name)'") }
            let binary = rest[end] == UInt8(ascii: "\n")
            rest = rest[(end + 1)...]
            var value: ArraySlice<UInt8>
            if binary {
                let length = rest.prefix(8).enumerated().reduce(0) { $0 | Int($1.element) << (8 * $1.offset) }
                rest = rest.dropFirst(8)
                value = rest.prefix(length)
                rest = rest.dropFirst(length)
            } else {
                value = rest.prefix { $0 != UInt8(ascii: "\n") }
                rest = rest.dropFirst(value.count)
            }
            guard rest.first == UInt8(ascii: "\n") else { throw TestFailure("no newline after \(name)") }
            rest = rest.dropFirst()
            fields[name] = String(decoding: value, as: UTF8.self)
        }
        return fields
    }
}
