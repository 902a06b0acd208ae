import HoldfastTestSupport
import Testing

extension EndToEnd {
    /// Stop texts of every length with the real engine. What it says is known beforehand, since a schema allows it nothing else.
    @Suite struct StopTextTests {
        /// Most characters of it are split over several tokens.
        private static let words = "Ebbe und Flut: žluťoučký kůň, 潮の満ち引き 🌊⚓️, прилив и отлив, παλίρροια, 조수간만, naïve Œuvre № 42 ½ €!"
        private static let whole = "\"\(words)\""

        private static func body(stop: [String], stream: Bool) -> [UInt8] {
            let body: JSONValue = [
                "model": "smol", "messages": [["role": "user", "content": "Speak."]], "max_tokens": 300, "temperature": 0,
                "stop": .array(stop.map { .string($0) }), "stream": .bool(stream),
                "response_format": [
                    "type": "json_schema",
                    "json_schema": ["name": "words", "strict": true, "schema": ["const": .string(words)]],
                ],
            ]
            return Array(body.text.utf8)
        }

        private static func ask(_ node: TestNode, stop: [String], stream: Bool) async throws -> (pieces: [String], finish: String?) {
            let body = body(stop: stop, stream: stream)
            guard stream else {
                let answer = try await HTTPCall.send(node.api, "POST", "/v1/chat/completions", body: body)
                guard answer.status == 200 else { throw TestFailure("\(answer.status) \(answer.text)") }
                let choice = try answer.json["choices"][0]
                return ([choice["message"]["content"].string ?? "?"], choice["finish_reason"].string)
            }
            return try await blocking {
                var events = try EventReader(RawSocket(node.api), HTTPCall.bytes("POST", "/v1/chat/completions", body: body))
                let frames = try events.rest()
                guard frames.last == "[DONE]" else { throw TestFailure("\(frames.suffix(2))") }
                let choices = try frames.dropLast().map { try JSONValue(parsing: $0)["choices"][0] }
                return (choices.compactMap { $0["delta"]["content"].string }, choices.compactMap { $0["finish_reason"].string }.last)
            }
        }

        /// Pieces of the answer, by characters: their length grows, and so does their place.
        private static func pieces() -> [String] {
            let scalars = Array(whole.unicodeScalars)
            var pieces: [String] = []
            var start = 1
            for length in [1, 2, 3, 5, 8, 16, 40, scalars.count - 1] {
                let from = min(start, scalars.count - length)
                var piece = String.UnicodeScalarView()
                piece.append(contentsOf: scalars[from..<from + length])
                pieces.append(String(piece))
                start += 9
            }
            return pieces
        }

        @Test("The answer ends before its stop text, of which no part is seen, streamed and whole")
        func everyLength() async throws {
            try await TestNode.withSmolLM { node in
                #expect(try await Self.ask(node, stop: [], stream: false).pieces == [Self.whole])
                let pid = try await node.engines().first?["pid"]
                for stop in Self.pieces() {
                    let before = try #require(Self.whole.unicodeScalars.firstRange(of: Array(stop.unicodeScalars))).lowerBound
                    let expected = String(Self.whole.unicodeScalars[..<before])
                    for stream in [true, false] {
                        let answer = try await Self.ask(node, stop: [stop], stream: stream)
                        #expect(answer.pieces.joined() == expected, "stop '\(stop)', stream \(stream): \(answer.pieces)")
                        #expect(answer.finish == "stop", "stop '\(stop)', stream \(stream)")
                    }
                }
                #expect(try await node.engines().first?["pid"] == pid)
            }
        }

        @Test("All of the answer as its stop text leaves nothing; what only begins like one is let go at the end; sixteen are looked for")
        func corners() async throws {
            try await TestNode.withSmolLM { node in
                for stream in [true, false] {
                    let nothing = try await Self.ask(node, stop: [Self.whole], stream: stream)
                    #expect(nothing.pieces.joined() == "" && nothing.finish == "stop", "stream \(stream): \(nothing)")
                    // The last characters of the answer and one more that never comes; and a text of 256 bytes that begins as it does.
                    let last = String(Self.whole.unicodeScalars.suffix(9)) + "\u{1f30a}"
                    let long = Self.whole + String(repeating: "~", count: 256 - Self.whole.utf8.count)
                    let held = try await Self.ask(node, stop: [last, long], stream: stream)
                    #expect(held.pieces.joined() == Self.whole && held.finish == "stop", "stream \(stream): \(held)")
                    let others = (0..<15).map { "~\($0)" }
                    let sixteen = try await Self.ask(node, stop: others + ["прилив"], stream: stream)
                    #expect(sixteen.pieces.joined().hasSuffix("⚓️, "), "stream \(stream): \(sixteen)")
                }
                for stop in ["", String(repeating: "x", count: 257), String(repeating: "é", count: 129)] {
                    let answer = try await HTTPCall.send(
                        node.api, "POST", "/v1/chat/completions", body: Self.body(stop: [stop], stream: false))
                    #expect(try answer.status == 400 && answer.json["error"]["param"] == "stop", "\(stop.utf8.count): \(answer.text)")
                }
                let many = Self.body(stop: (0..<17).map { "~\($0)" }, stream: false)
                let answer = try await HTTPCall.send(node.api, "POST", "/v1/chat/completions", body: many)
                #expect(try answer.status == 400 && answer.json["error"]["param"] == "stop", "\(answer.text)")
            }
        }
    }
}
