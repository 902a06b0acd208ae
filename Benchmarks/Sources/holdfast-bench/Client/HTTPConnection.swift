import Glibc

/// A blocking HTTP/1.1 client on a Unix socket, as small as it can be: the same code addresses Holdfast and the engine, so that what it costs
/// is on both sides.
final class HTTPConnection {
    struct Head {
        var status = 0
        var length: Int?
        var isChunked = false
    }

    private let descriptor: Int32
    private var buffer = [UInt8](repeating: 0, count: 256 << 10)
    /// Received and not yet taken.
    private var pending: Range<Int> = 0..<0

    init(path: String) throws {
        descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard SocketAddress.with(path: path, { connect(descriptor, $0, $1) }) == 0 else {
            let error = BenchError.system("connect to \(path)")
            close(descriptor)
            throw error
        }
    }

    deinit { close(descriptor) }

    func send(_ method: String, _ path: String, body: String? = nil) throws {
        var text = "\(method) \(path) HTTP/1.1\r\nHost: bench\r\n"
        if let body {
            text += "Content-Type: application/json\r\nContent-Length: \(body.utf8.count)\r\n\r\n" + body
        } else {
            text += "\r\n"
        }
        let bytes = Array(text.utf8)
        var sent = 0
        while sent < bytes.count {
            let count = bytes.withUnsafeBytes {
                Glibc.send(descriptor, $0.baseAddress?.advanced(by: sent), bytes.count - sent, Int32(MSG_NOSIGNAL))
            }
            guard count > 0 else { throw BenchError.system("send a request") }
            sent += count
        }
    }

    func readHead() throws -> Head {
        var head = Head()
        while true {
            let line = String(decoding: try readLine(), as: UTF8.self)
            if line.isEmpty { return head }
            let lower = line.lowercased()
            if head.status == 0 {
                head.status = Int(line.split(separator: " ").dropFirst().first ?? "") ?? -1
            } else if lower.hasPrefix("content-length:") {
                head.length = Int(lower.dropFirst("content-length:".count).drop { $0 == " " })
            } else if lower.hasPrefix("transfer-encoding:"), lower.hasSuffix("chunked") {
                head.isChunked = true
            }
        }
    }

    /// Hands the body over piece by piece, as it comes.
    func readBody(_ head: Head, _ take: (UnsafeRawBufferPointer) throws -> Void) throws {
        guard head.isChunked else { return try readBytes(head.length ?? 0, take) }
        while true {
            guard let size = Int(String(decoding: try readLine(), as: UTF8.self), radix: 16) else {
                throw BenchError("a chunk has no size")
            }
            try readBytes(size, take)
            _ = try readLine()
            if size == 0 { return }
        }
    }

    private func readBytes(_ count: Int, _ take: (UnsafeRawBufferPointer) throws -> Void) throws {
        var left = count
        while left > 0 {
            if pending.isEmpty { try fill() }
            let part = pending.prefix(left)
            try buffer.withUnsafeBytes { try take(UnsafeRawBufferPointer(rebasing: $0[part])) }
            pending = part.upperBound..<pending.upperBound
            left -= part.count
        }
    }

    private func readLine() throws -> ArraySlice<UInt8> {
        while true {
            if let end = buffer[pending].firstIndex(of: 10) {
                let line = buffer[pending.lowerBound..<end]
                pending = end + 1..<pending.upperBound
                return line.last == 13 ? line.dropLast() : line
            }
            try fill()
        }
    }

    private func fill() throws {
        if pending.isEmpty {
            pending = 0..<0
        } else if pending.upperBound == buffer.count {
            guard pending.lowerBound > 0 else { throw BenchError("a line is too long") }
            buffer.replaceSubrange(0..<pending.count, with: Array(buffer[pending]))
            pending = 0..<pending.count
        }
        let end = pending.upperBound
        let count = buffer.withUnsafeMutableBytes { recv(descriptor, $0.baseAddress?.advanced(by: end), $0.count - end, 0) }
        guard count > 0 else { throw BenchError(count == 0 ? "the server closed the connection" : "cannot receive: errno \(errno)") }
        pending = pending.lowerBound..<end + count
    }
}
