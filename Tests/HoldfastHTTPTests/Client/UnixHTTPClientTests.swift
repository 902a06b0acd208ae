import HoldfastCore
import HoldfastHTTP
import NIOCore
import NIOHTTP1
import Testing

struct UnixHTTPClientTests {
    private func client(_ server: RawServer) -> UnixHTTPClient { UnixHTTPClient(socketPath: server.socketPath) }

    private func failure(_ work: () async throws -> Void) async -> UnixHTTPFailure.Kind? {
        do { try await work() } catch {
            return ((error as? HoldfastError)?.cause as? UnixHTTPFailure)?.kind
        }
        return nil
    }

    @Test("A request carries method, path, length and body, and asks for the connection's end")
    func request() async throws {
        let server = try await RawServer.start(answering: [.bytes("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")], after: "hello")
        let response = try await client(server).send(.POST, "/a?b=c", headers: ["X-A": "1"], body: .bytes(ByteBuffer(string: "hello")))
        #expect(String(buffer: try await response.collect(upTo: 10)) == "ok")
        let lines = server.request.split(separator: "\r\n").map(String.init)
        #expect(lines.first == "POST /a?b=c HTTP/1.1")
        #expect(Set(lines).isSuperset(of: ["X-A: 1", "Content-Length: 5", "Connection: close", "Host: holdfast"]))
        #expect(lines.last == "hello")
        await server.stop()
    }

    @Test(
        "A body is whole in each of HTTP's framings",
        arguments: [
            "HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nabcdef",
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n3\r\ndef\r\n0\r\n\r\n",
            "HTTP/1.1 200 OK\r\n\r\nabcdef",
            "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nabcdef",
        ])
    func framings(answer: String) async throws {
        for cut in stride(from: 1, to: answer.count, by: 7) {
            let parts = [answer.prefix(cut), answer.dropFirst(cut)].map { RawServer.Step.bytes(String($0)) }
            let server = try await RawServer.start(answering: parts + [.close])
            let response = try await client(server).send(.GET, "/")
            #expect(String(buffer: try await response.collect(upTo: 100)) == "abcdef")
            await server.stop()
        }
    }

    @Test(
        "An answer that ends too early is an error and no shorter body",
        arguments: [
            "", "HTTP/1.1 200", "HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nabc",
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n",
        ])
    func truncated(answer: String) async throws {
        let server = try await RawServer.start(answering: [.bytes(answer), .close])
        let kind = await failure { _ = try await client(server).send(.GET, "/").collect(upTo: 100) }
        #expect(kind == .closed)
        await server.stop()
    }

    @Test("What is not HTTP is refused")
    func malformed() async throws {
        let server = try await RawServer.start(answering: [.bytes("SSH-2.0-OpenSSH_9.2\r\n\r\n"), .close])
        #expect(await failure { _ = try await client(server).send(.GET, "/") } == .malformed)
        await server.stop()
    }

    @Test("A body above what may be collected is refused")
    func tooLarge() async throws {
        let server = try await RawServer.start(answering: [.bytes("HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nabcdef")])
        #expect(await failure { _ = try await client(server).send(.GET, "/").collect(upTo: 5) } == .tooLarge(limit: 5))
        await server.stop()
    }

    @Test("A socket that is not there, and a path that cannot be one, say so")
    func unreachable() async {
        #expect(await failure { _ = try await UnixHTTPClient(socketPath: "/tmp/hf-none.sock").send(.GET, "/") } == .connect(errno: 2))
        let long = "/tmp/" + String(repeating: "x", count: 120)
        #expect(await failure { _ = try await UnixHTTPClient(socketPath: long).send(.GET, "/") } == .pathTooLong)
    }

    @Test("No head in time ends the exchange")
    func headTimeout() async throws {
        let server = try await RawServer.start(answering: [])
        var impatient = client(server)
        impatient.headTimeout = .milliseconds(20)
        #expect(await failure { _ = try await impatient.send(.GET, "/") } == .headTimeout)
        for await _ in server.closedConnections { break }
        await server.stop()
    }

    @Test("Dropping a body closes the connection")
    func dropping() async throws {
        let server = try await RawServer.start(answering: [.bytes("HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\nabc")])
        do {
            let response = try await client(server).send(.GET, "/")
            for try await _ in response.body { break }
        }
        for await _ in server.closedConnections { break }
        await server.stop()
    }

    @Test("Cancelling closes the connection, before the head and in the body")
    func cancelling() async throws {
        for answer in ["", "HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\nabc"] {
            let server = try await RawServer.start(answering: [.bytes(answer)])
            let (reached, reaching) = AsyncStream.makeStream(of: Void.self)
            let client = client(server)
            let task = Task {
                if answer.isEmpty { reaching.yield() }
                for try await _ in try await client.send(.GET, "/").body { reaching.yield() }
            }
            for await _ in reached { break }
            task.cancel()
            await #expect(throws: CancellationError.self) { try await task.value }
            await server.stop()
        }
    }

    @Test("A slow reader holds the sender back")
    func backPressure() async throws {
        let piece = String(repeating: "x", count: 1 << 20)
        let count = 64
        let head = "HTTP/1.1 200 OK\r\nContent-Length: \(count << 20)\r\n\r\n"
        let server = try await RawServer.start(answering: [.bytes(head)] + Array(repeating: .bytes(piece), count: count))
        let response = try await client(server).send(.GET, "/")
        // Time for a client that reads ahead to do so; one that does not passes however long this takes.
        try await Task.sleep(for: .milliseconds(100))
        #expect(server.bytesWritten < 8 << 20)
        var total = 0
        for try await buffer in response.body { total += buffer.readableBytes }
        #expect(total == count << 20)
        await server.stop()
    }
}

struct StreamedRequestTests {
    private struct Pieces: AsyncSequence, Sendable {
        typealias Element = ByteBuffer
        typealias Failure = any Error
        let count: Int
        var fails = false
        struct Broken: Error {}
        struct AsyncIterator: AsyncIteratorProtocol {
            var left: Int
            let fails: Bool
            mutating func next() async throws -> ByteBuffer? {
                if left == 0 {
                    if fails { throw Broken() }
                    return nil
                }
                left -= 1
                return ByteBuffer(repeating: 120, count: 1 << 16)
            }
        }
        func makeAsyncIterator() -> AsyncIterator { AsyncIterator(left: count, fails: fails) }
    }

    @Test("A streamed body arrives whole, with a length and in chunks", arguments: [Int64(4 << 16), nil])
    func streamed(length: Int64?) async throws {
        let marker = length == nil ? "0\r\n\r\n" : String(repeating: "x", count: 4 << 16)
        let server = try await RawServer.start(answering: [.bytes("HTTP/1.1 201 Created\r\nContent-Length: 0\r\n\r\n")], after: marker)
        let response = try await UnixHTTPClient(socketPath: server.socketPath)
            .send(.PUT, "/", body: .stream(Pieces(count: 4), length: length))
        #expect(response.status == .created)
        #expect(server.request.count { $0 == "x" } == 4 << 16)
        await server.stop()
    }

    @Test("A server that refuses early and reads no further is heard, also when it closes", arguments: [false, true])
    func earlyRefusal(closes: Bool) async throws {
        let refusal = RawServer.Step.bytes("HTTP/1.1 413 Content Too Large\r\nContent-Length: 3\r\n\r\nbig")
        let server = try await RawServer.start(answering: closes ? [refusal, .close] : [refusal], readsOn: false)
        let response = try await UnixHTTPClient(socketPath: server.socketPath)
            .send(.POST, "/", body: .stream(Pieces(count: 1_000_000), length: 1_000_000 << 16))
        #expect(response.status == .payloadTooLarge)
        #expect(String(buffer: try await response.collect(upTo: 10)) == "big")
        await server.stop()
    }

    @Test("A body that cannot be read to its end breaks the request off")
    func brokenBody() async throws {
        let server = try await RawServer.start(answering: [], after: "never")
        await #expect(throws: Pieces.Broken.self) {
            try await UnixHTTPClient(socketPath: server.socketPath).send(
                .POST, "/", body: .stream(Pieces(count: 2, fails: true), length: 9 << 16))
        }
        for await _ in server.closedConnections { break }
        await server.stop()
    }
}
