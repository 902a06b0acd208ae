import Dispatch
import Glibc
import Synchronization

/// A node that follows a script: it listens on both sockets of a temporary directory and does with each connection exactly what the test
/// says, byte for byte.
final class FakeNode: Sendable {
    let runtime: String
    private let listeners: [Int32]
    private let seen = Mutex<[String]>([])

    /// - Parameters:
    ///   - directory: made when it is missing; one of its own when nil.
    ///   - script: run for each connection, on a thread that may block; the connection is closed after it.
    init(in directory: String? = nil, _ script: @escaping @Sendable (Connection) -> Void) throws {
        var template = Array("/tmp/holdfast-test-XXXXXX".utf8CString)
        if let directory {
            mkdir(directory, 0o700)
        } else if mkdtemp(&template) == nil {
            throw Failure(what: "mkdtemp", number: errno)
        }
        let directory = directory ?? String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
        runtime = directory
        listeners = try ["api.sock", "admin.sock"].map { try Self.listen(at: "\(directory)/\($0)") }
        for listener in listeners {
            DispatchQueue(label: "fake-node").async { [self] in
                while true {
                    let descriptor = accept(listener, nil, nil)
                    guard descriptor >= 0 else { break }
                    let connection = Connection(descriptor)
                    connection.readHead()
                    seen.withLock { $0.append(connection.requestLine) }
                    script(connection)
                    connection.close()
                }
                // Here and not in `stop`: the number may name another test's listener as soon as it is closed.
                Glibc.close(listener)
            }
        }
    }

    /// The request lines, in order.
    var requests: [String] { seen.withLock { $0 } }

    func stop() {
        for listener in listeners { shutdown(listener, Int32(SHUT_RDWR)) }
        for name in ["api.sock", "admin.sock"] { unlink("\(runtime)/\(name)") }
        rmdir(runtime)
    }

    private static func listen(at path: String) throws -> Int32 {
        let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
        let status = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size)) }
        }
        guard status == 0, Glibc.listen(descriptor, 16) == 0 else { throw Failure(what: "bind \(path)", number: errno) }
        return descriptor
    }

    struct Failure: Error {
        let what: String
        let number: Int32
    }
}

/// One connection of a ``FakeNode``, used by its script's thread only.
final class Connection {
    private let descriptor: Int32
    private(set) var head = ""
    private var pending: [UInt8] = []

    init(_ descriptor: Int32) { self.descriptor = descriptor }

    var requestLine: String { String(head.prefix { !$0.isNewline }) }
    var contentLength: Int {
        let line = head.lowercased().split(whereSeparator: \.isNewline).first { $0.hasPrefix("content-length:") }
        return line.flatMap { Int($0.dropFirst("content-length:".count).trimmingPrefix { $0 == " " }) } ?? 0
    }

    func readHead() {
        while !pending.contains("\r\n\r\n".utf8), receive() {}
        let end = pending.firstRange(of: Array("\r\n\r\n".utf8))?.upperBound ?? pending.endIndex
        head = String(decoding: pending[..<end], as: UTF8.self)
        pending.removeFirst(end)
    }

    /// The next bytes of the body; fewer at its end.
    func readBody(_ count: Int) -> [UInt8] {
        while pending.count < count, receive() {}
        let bytes = Array(pending.prefix(count))
        pending.removeFirst(bytes.count)
        return bytes
    }

    /// Waits until the other end has closed.
    func waitForHangUp() {
        while receive() {}
    }

    func write(_ text: String) {
        var rest = Array(text.utf8)[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
            guard count > 0 else { return }
            rest = rest.dropFirst(count)
        }
    }

    func respond(_ status: Int, json: String) {
        write(
            "HTTP/1.1 \(status) X\r\nContent-Type: application/json\r\nX-Request-Id: r-1\r\nContent-Length: \(json.utf8.count)\r\n\r\n\(json)"
        )
    }

    func startStream(_ type: String) { write("HTTP/1.1 200 OK\r\nContent-Type: \(type)\r\nTransfer-Encoding: chunked\r\n\r\n") }
    func chunk(_ text: String) { write("\(String(text.utf8.count, radix: 16))\r\n\(text)\r\n") }
    func endStream() { write("0\r\n\r\n") }

    /// One frame of a chat answer.
    func say(_ text: String, finish: String? = nil) {
        let reason = finish.map { "\"\($0)\"" } ?? "null"
        chunk("data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"\(text)\"},\"finish_reason\":\(reason)}]}\n\n")
    }

    func close() { Glibc.close(descriptor) }

    private func receive() -> Bool {
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        let count = buffer.withUnsafeMutableBytes { recv(descriptor, $0.baseAddress, $0.count, 0) }
        guard count > 0 else { return false }
        pending += buffer.prefix(count)
        return true
    }
}
