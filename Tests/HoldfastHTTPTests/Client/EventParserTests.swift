import HoldfastHTTP
import NIOCore
import Testing

struct EventParserTests {
    /// Feeds `bytes` in two parts and returns the events' names and data.
    private func events(_ bytes: [UInt8], cutAt cut: Int, limit: Int = 1 << 20) throws -> [String] {
        var parser = EventParser(limit: limit)
        var found: [String] = []
        for part in [bytes[..<cut], bytes[cut...]] {
            parser.append(ByteBuffer(bytes: part))
            while let event = try parser.next() { found.append("\(event.name ?? "-")=\(String(buffer: event.data))") }
        }
        return found
    }

    @Test(
        "Events come out the same wherever the bytes are cut",
        arguments: [
            ("data: a\n\ndata: b\n\n", ["-=a", "-=b"]),
            ("data: a\r\n\r\ndata: b\r\n\r\n", ["-=a", "-=b"]),
            ("data: a\r\rdata: b\r\r", ["-=a", "-=b"]),
            (": a comment\n\ndata:x\n: more\n\n", ["-=x"]),
            ("event: error\ndata: {\"a\":1}\nid: 7\nretry: 10\n\n", ["error={\"a\":1}"]),
            ("data: one\ndata: two\ndata\n\n", ["-=one\ntwo\n"]),
            ("data:  two spaces\n\n", ["-= two spaces"]),
            ("\u{FEFF}data: after the mark\n\n", ["-=after the mark"]),
            ("event: only\n\ndata: next\n\n", ["-=next"]),
            ("data: whole\n\ndata: cut off\n", ["-=whole"]),
            ("data: é漢🌊\n\n", ["-=é漢🌊"]),
            ("nonsense\nwith: value\n\n\n\n", []),
        ])
    func everyCut(text: String, expected: [String]) throws {
        let bytes = Array(text.utf8)
        for cut in 0...bytes.count { #expect(try events(bytes, cutAt: cut) == expected, "cut at \(cut)") }
    }

    @Test("Events come out the same when the bytes come one by one")
    func singleBytes() throws {
        var parser = EventParser()
        var found: [String] = []
        for byte in "event: x\r\ndata: 1\r\ndata: 2\r\n\r\ndata: 3\n\n".utf8 {
            parser.append(ByteBuffer(bytes: [byte]))
            while let event = try parser.next() { found.append("\(event.name ?? "-")=\(String(buffer: event.data))") }
        }
        #expect(found == ["x=1\n2", "-=3"])
    }

    @Test("An event above the limit is refused, in one line or in many")
    func limit() {
        #expect(throws: FrameTooLarge.self) { try events(Array("data: 0123456789\n\n".utf8), cutAt: 3, limit: 10) }
        #expect(throws: FrameTooLarge.self) { try events(Array(String(repeating: "data: 1\n", count: 9).utf8), cutAt: 3, limit: 10) }
        #expect(throws: FrameTooLarge.self) { try events(Array("0123456789012".utf8), cutAt: 3, limit: 10) }
        #expect(throws: Never.self) { try events(Array("data: 0123\n\ndata: 0123\n\n".utf8), cutAt: 3, limit: 10) }
    }
}

struct JSONLinesTests {
    private struct Buffers: AsyncSequence, Sendable {
        typealias Element = ByteBuffer
        let parts: [String]
        struct AsyncIterator: AsyncIteratorProtocol {
            var rest: ArraySlice<String>
            mutating func next() async throws -> ByteBuffer? { rest.popFirst().map { ByteBuffer(string: $0) } }
        }
        func makeAsyncIterator() -> AsyncIterator { AsyncIterator(rest: parts[...]) }
    }

    private func lines(_ parts: [String], limit: Int = 100) async throws -> [String] {
        var found: [String] = []
        for try await line in JSONLines(Buffers(parts: parts), limit: limit) { found.append(String(buffer: line)) }
        return found
    }

    @Test("Lines come out the same wherever they are cut, the last one also without its end")
    func everyCut() async throws {
        let text = "{\"a\":1}\n\n{\"b\":\"é\"}\nlast"
        for cut in text.indices {
            #expect(try await lines([String(text[..<cut]), String(text[cut...])]) == ["{\"a\":1}", "{\"b\":\"é\"}", "last"])
        }
    }

    @Test("A line above the limit is refused before its end is there")
    func limit() async {
        await #expect(throws: FrameTooLarge.self) { try await lines([String(repeating: "x", count: 101)]) }
    }
}
