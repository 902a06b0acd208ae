import Foundation
import Glibc

/// A web server on 127.0.0.1 that says what a test tells it to, also what no server should.
public final class ScriptedWebServer: Sendable {
    public enum Answer: Sendable {
        case file([UInt8])
        case status(Int, headers: [String] = [], body: [UInt8] = [])
        /// These bytes as they are, then the end of the connection.
        case raw(String)
        /// These bytes, and nothing more while the client stays.
        case silence(after: String)
        /// These bytes, and zeros for as long as the client takes them.
        case endless(after: String)
    }

    public let port: UInt16
    private let listener: Int32
    private let seen = Mutexed<[String]>([])

    /// - Parameter answer: to the target of a request's first line.
    public init(_ answer: @escaping @Sendable (_ target: String) -> Answer) throws {
        let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let failed = withUnsafeMutablePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(listener, $0, size) != 0 || listen(listener, 64) != 0 || getsockname(listener, $0, &size) != 0
            }
        }
        guard !failed else { throw TestFailure("no port for a web server: \(String(cString: strerror(errno)))") }
        self.listener = listener
        port = UInt16(bigEndian: address.sin_port)
        let seen = seen
        // Threads, not a queue: an answer may block for as long as the client stays, and a queue has few of them.
        Thread.detachNewThread {
            // `shutdown` in deinit ends the loop.
            while case let client = accept(listener, nil, nil), client >= 0 {
                Thread.detachNewThread {
                    Self.serve(client, seen, answer)
                    close(client)
                }
            }
            close(listener)
        }
    }

    deinit { shutdown(listener, Int32(SHUT_RDWR)) }

    public var url: String { "http://127.0.0.1:\(port)/" }

    /// Targets that were asked for since the last look.
    public func takeRequests() -> [String] {
        seen.with { seen in
            defer { seen = [] }
            return seen
        }
    }

    private static func serve(_ client: Int32, _ seen: Mutexed<[String]>, _ answer: (String) -> Answer) {
        guard let target = target(client) else { return }
        seen.with { $0.append(target) }
        switch answer(target) {
        case .file(let bytes): send(client, head("200 OK", ["Content-Length: \(bytes.count)"]) + bytes)
        case .status(let status, let headers, let body):
            send(client, head("\(status) Status", headers + ["Content-Length: \(body.count)"]) + body)
        case .raw(let text): send(client, Array(text.utf8))
        case .silence(let text):
            send(client, Array(text.utf8))
            var byte: UInt8 = 0
            while recv(client, &byte, 1, 0) > 0 {}
        case .endless(let text):
            send(client, Array(text.utf8))
            let zeros = [UInt8](repeating: 0, count: 1 << 16)
            while send(client, zeros) {}
        }
    }

    private static func head(_ status: String, _ headers: [String]) -> [UInt8] {
        Array((["HTTP/1.1 \(status)", "Connection: close"] + headers + ["", ""]).joined(separator: "\r\n").utf8)
    }

    /// - Returns: nil when the client went before it had asked.
    private static func target(_ client: Int32) -> String? {
        var request: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 4096)
        while !request.suffix(4).elementsEqual("\r\n\r\n".utf8) {
            let count = recv(client, &buffer, buffer.count, 0)
            guard count > 0 else { return nil }
            request += buffer[..<count]
        }
        let words = String(decoding: request, as: UTF8.self).split(separator: " ", maxSplits: 2)
        return words.count == 3 ? String(words[1]) : nil
    }

    @discardableResult
    private static func send(_ client: Int32, _ bytes: [UInt8]) -> Bool {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.send(client, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
            guard count > 0 else { return false }
            rest = rest.dropFirst(count)
        }
        return true
    }
}
