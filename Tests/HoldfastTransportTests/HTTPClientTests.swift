import HoldfastCore
import HoldfastTestSupport
import HoldfastTransport
import Testing

@Suite("The HTTP client, and servers that mean no good")
struct HTTPClientTests {
    private static let chunked = "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n"

    private func fetch(_ answer: ScriptedWebServer.Answer, maximumBytes: Int = 1000, patience: Int = 60) async throws -> (
        status: Int, body: [UInt8]
    ) {
        let server = try ScriptedWebServer { _ in answer }
        var settings = HTTPSettings()
        settings.stallSeconds = patience
        return try await HTTPClient(settings).get(server.url + "a", maximumBytes: maximumBytes)
    }

    private func refusal(_ answer: ScriptedWebServer.Answer, maximumBytes: Int = 1000, patience: Int = 60) async -> HoldfastError.Code? {
        do {
            _ = try await fetch(answer, maximumBytes: maximumBytes, patience: patience)
            return nil
        } catch {
            return (error as? HoldfastError)?.code ?? "other"
        }
    }

    @Test("a file comes whole, up to the last byte that is allowed", arguments: [0, 1, 999, 1000])
    func whole(count: Int) async throws {
        let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0) }
        let answer = try await fetch(.file(bytes))
        #expect(answer.status == 200 && answer.body == bytes)
    }

    @Test("one byte more is refused: announced, unannounced, endless") func tooLong() async {
        #expect(await refusal(.file([UInt8](repeating: 1, count: 1001))) == .sourceFailed)
        #expect(await refusal(.raw(Self.chunked + String(repeating: "x", count: 1001))) == .sourceFailed)
        #expect(await refusal(.endless(after: Self.chunked)) == .sourceFailed)
        #expect(await refusal(.endless(after: "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n")) == nil)
        #expect(await refusal(.raw("HTTP/1.1 200 OK\r\nContent-Length: 99999999999999999\r\n\r\n")) == .sourceFailed)
        #expect(await refusal(.file([1]), maximumBytes: 0) == .sourceFailed)
        // An endless error page, too, and an endless head.
        #expect(await refusal(.endless(after: "HTTP/1.1 500 No\r\n\r\n")) == .sourceFailed)
        #expect(await refusal(.endless(after: "HTTP/1.1 200 OK\r\nX: ")) == .sourceFailed)
    }

    @Test("an answer that breaks off is none") func cut() async {
        #expect(await refusal(.raw("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nabc")) == .sourceFailed)
        #expect(await refusal(.raw("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nabc")) == .sourceFailed)
        #expect(await refusal(.raw("")) == .sourceFailed)
        #expect(await refusal(.raw("no HTTP")) == .sourceFailed)
    }

    @Test("a server that falls silent is left", .timeLimit(.minutes(1))) func silence() async {
        #expect(await refusal(.silence(after: ""), patience: 1) == .sourceFailed)
        #expect(await refusal(.silence(after: "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nabc"), patience: 1) == .sourceFailed)
    }

    @Test("another status is told, its body is not taken", arguments: [404, 403, 500, 206]) func status(_ status: Int) async throws {
        let answer = try await fetch(.status(status, body: Array("<html>".utf8)))
        #expect(answer.status == status && answer.body.isEmpty)
    }

    @Test("nobody is sent elsewhere", arguments: [301, 302, 307, 308]) func redirect(status: Int) async throws {
        let elsewhere = try ScriptedWebServer { _ in .file([1]) }
        let answer = try await fetch(.status(status, headers: ["Location: \(elsewhere.url)"]))
        #expect(answer.status == status && answer.body.isEmpty)
        #expect(elsewhere.takeRequests().isEmpty)
    }

    @Test("the path is asked for as it is written") func path() async throws {
        let server = try ScriptedWebServer { _ in .file([]) }
        let client = try HTTPClient()
        for path in ["a/../b", "1.a%2Fb.json", "..%2Fx", "a%20b"] { _ = try await client.get(server.url + path, maximumBytes: 10) }
        #expect(server.takeRequests() == ["/a/../b", "/1.a%2Fb.json", "/..%2Fx", "/a%20b"])
    }

    @Test(
        "only HTTP is spoken, and errors show no password",
        arguments: ["file:///etc/passwd", "ftp://127.0.0.1/", "gopher://127.0.0.1/", "", "http://user:secret@127.0.0.1:1/x?token=secret"])
    func otherURLs(url: String) async throws {
        let client = try HTTPClient()
        do {
            _ = try await client.get(url, maximumBytes: 1 << 20)
            Issue.record("\(url) was fetched")
        } catch let error as HoldfastError {
            #expect(error.code == .sourceFailed)
            #expect(!error.description.contains("secret"))
        }
    }

    @Test("what the sink throws ends the transfer") func sink() async throws {
        struct Full: Error {}
        let server = try ScriptedWebServer { _ in .endless(after: Self.chunked) }
        let client = try HTTPClient()
        await #expect(throws: Full.self) { try await client.get(server.url, maximumBytes: .max) { _ in throw Full() } }
    }

    @Test("a cancelled transfer ends", .timeLimit(.minutes(1))) func cancelled() async throws {
        let server = try ScriptedWebServer { _ in .silence(after: "") }
        let client = try HTTPClient()
        let task = Task { try await client.get(server.url, maximumBytes: 10) }
        _ = try await eventually("the request comes") { server.takeRequests().first }
        task.cancel()
        await #expect(throws: CancellationError.self) { try await task.value }
    }
}
