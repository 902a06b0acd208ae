import HoldfastTestSupport
import Testing

extension EndToEnd {
    /// `response_format` with the real engine: what comes out is JSON, and is what the schema says.
    @Suite struct StructuredAnswerTests {
        /// The place, a schema's text and whether an answer fits it.
        private struct Shape: Sendable {
            let name: String
            let schema: String
            /// A small model may write on and on where a schema lets it.
            var mayGoOn = false
            let fits: @Sendable (JSONValue) -> Bool
        }

        private static let shapes: [Shape] = [
            Shape(
                name: "an object in the client's order",
                schema: """
                    {"type":"object","properties":{"zone":{"type":"string","maxLength":12},"count":{"type":"integer","minimum":3,"maximum":41},
                    "active":{"type":"boolean"},"kind":{"enum":["tide","wind",7,null]},"alpha":{"type":["string","null"],"maxLength":5}},
                    "required":["zone","count","active","kind","alpha"],"additionalProperties":false}
                    """,
                fits: { value in
                    value.keys == ["zone", "count", "active", "kind", "alpha"]
                        && value["zone"].string.map { $0.unicodeScalars.count <= 12 } == true
                        && value["count"].integer.map { (3...41).contains($0) } == true && value["active"].bool != nil
                        && (["tide", "wind", 7, .null] as [JSONValue]).contains(value["kind"])
                        && (value["alpha"].isNull || value["alpha"].string.map { $0.unicodeScalars.count <= 5 } == true)
                }),
            Shape(
                name: "a bound on one side",
                schema: """
                    {"type":"object","properties":{"n":{"type":"integer","minimum":100000000000000}},"required":["n"]}
                    """,
                fits: { ($0["n"].integer ?? 0) >= 100_000_000_000_000 }),
            Shape(
                name: "an array of exactly three, a tuple and a date",
                schema: """
                    {"type":"object","properties":{"list":{"type":"array","items":{"type":"integer","minimum":0,"maximum":9},"minItems":3,"maxItems":3},
                    "pair":{"prefixItems":[{"type":"boolean"},{"const":"x"}]},"day":{"type":"string","format":"date"}},
                    "required":["list","pair","day"]}
                    """,
                fits: { value in
                    value["list"].array.count == 3 && value["list"].array.allSatisfy { $0.integer.map { (0...9).contains($0) } == true }
                        && value["pair"].array.count == 2 && value["pair"][0].bool != nil && value["pair"][1] == "x"
                        && value["day"].string?.count == 10
                }),
            Shape(
                name: "alternatives that name their kind, and names that llama.cpp has rules of",
                schema: """
                    {"type":"object","properties":{"date_time":{"$ref":"#/$defs/a b"},"string":{"anyOf":[
                    {"type":"object","properties":{"kind":{"const":"one"},"value":{"type":"boolean"}},"required":["kind","value"]},
                    {"type":"object","properties":{"kind":{"const":"two"},"":{"enum":["e"]}},"required":["kind",""]}]}},
                    "required":["date_time","string"],"$defs":{"a b":{"enum":["s p a c e"]},"a-b":{"type":"number"}}}
                    """,
                fits: { value in
                    value["date_time"] == "s p a c e"
                        && (value["string"]["kind"] == "one" ? value["string"]["value"].bool != nil : value["string"][""] == "e")
                }),
            Shape(
                name: "a schema that contains itself",
                schema: """
                    {"type":"object","properties":{"v":{"type":"integer","minimum":0,"maximum":5},
                    "next":{"anyOf":[{"type":"null"},{"$ref":"#/$defs/leaf"}]}},"required":["v","next"],
                    "$defs":{"leaf":{"type":"object","properties":{"rest":{"type":"array","items":{"$ref":"#/$defs/leaf"},"maxItems":2}},"required":["rest"]}}}
                    """,
                mayGoOn: true,
                fits: { value in
                    func isLeaf(_ value: JSONValue) -> Bool { value.keys == ["rest"] && value["rest"].array.allSatisfy(isLeaf) }
                    return value["v"].integer.map { (0...5).contains($0) } == true && (value["next"].isNull || isLeaf(value["next"]))
                }),
        ]

        private static func body(_ format: String, stream: Bool = false, seed: Int = 1, maxTokens: Int = 400) -> [UInt8] {
            Array(
                """
                {"model":"smol","messages":[{"role":"user","content":"Describe the tide as JSON."}],"max_tokens":\(maxTokens),"seed":\(seed),
                "temperature":0.7,"stream":\(stream),"response_format":\(format)}
                """.utf8)
        }

        private static func format(_ schema: String, strict: Bool = true) -> String {
            "{\"type\":\"json_schema\",\"json_schema\":{\"name\":\"answer\",\"strict\":\(strict),\"schema\":\(schema)}}"
        }

        /// The answer's text, and its request's id.
        private static func ask(_ node: TestNode, _ body: [UInt8], stream: Bool) async throws -> (text: String, finish: String?, id: String)
        {
            let request = HTTPCall.bytes("POST", "/v1/chat/completions", body: body)
            guard stream else {
                let answer = try await HTTPCall.send(node.api, "POST", "/v1/chat/completions", body: body)
                guard answer.status == 200 else { throw TestFailure("\(answer.status) \(answer.text)") }
                let choice = try answer.json["choices"][0]
                return (choice["message"]["content"].string ?? "", choice["finish_reason"].string, answer.requestID)
            }
            return try await blocking {
                var events = try EventReader(RawSocket(node.api), request)
                let frames = try events.rest()
                guard frames.last == "[DONE]" else { throw TestFailure("\(frames.suffix(2))") }
                let choices = try frames.dropLast().map { try JSONValue(parsing: $0)["choices"][0] }
                return (
                    choices.compactMap { $0["delta"]["content"].string }.joined(), choices.compactMap { $0["finish_reason"].string }.last,
                    events.head.requestID
                )
            }
        }

        @Test("Answers fit their schema, streamed and whole, and the record has no word of it")
        func fits() async throws {
            try await TestNode.withSmolLM { node in
                for shape in Self.shapes {
                    for stream in [false, true] {
                        let body = Self.body(Self.format(shape.schema), stream: stream, seed: stream ? 2 : 1)
                        let answer = try await Self.ask(node, body, stream: stream)
                        if shape.mayGoOn, answer.finish == "length" { continue }
                        #expect(answer.finish == "stop", "\(shape.name): \(answer.text)")
                        guard let value = try? JSONValue(parsing: answer.text) else {
                            Issue.record("\(shape.name): no JSON: \(answer.text)")
                            continue
                        }
                        #expect(shape.fits(value), "\(shape.name): \(answer.text)")
                        if shape.name == Self.shapes[0].name {
                            let places = ["zone", "count", "active", "kind", "alpha"].map {
                                answer.text.firstRange(of: "\"\($0)\"")?.lowerBound ?? answer.text.endIndex
                            }
                            #expect(places == places.sorted(), "\(answer.text)")
                        }
                        let parameters = try await node.records(of: answer.id)[0]["params"]
                        #expect(parameters["response_format"] == 2)
                        #expect(parameters["schema_bytes"].integer == Int64(shape.schema.filter { $0 != "\n" }.utf8.count), "\(parameters)")
                    }
                }
                #expect(try await node.records().allSatisfy { !$0.text.contains("additionalProperties") && !$0.text.contains("zone") })
                let object = try await Self.ask(node, Self.body("{\"type\":\"json_object\"}", stream: true), stream: true)
                // A small model may go on until its tokens are used up; what there is begins as an object.
                #expect(object.text.hasPrefix("{"))
                if object.finish == "stop" { #expect(try JSONValue(parsing: object.text) != .null) }
                #expect(try await node.records(of: object.id)[0]["params"]["response_format"] == 1)
            }
        }

        /// Near each bound at once, so far as they go together.
        private static let heaviest: [(String, String)] = {
            func object(_ members: [String]) -> String { "{\"type\":\"object\",\"properties\":{\(members.joined(separator: ","))}}" }
            func list(_ count: Int, _ element: (Int) -> String) -> String { (0..<count).map(element).joined(separator: ",") }
            let name = String(repeating: "n", count: 110)
            return [
                ("lengths", object((0..<10).map { "\"p\($0)\":{\"type\":\"string\",\"maxLength\":2000,\"minLength\":1000}" })),
                ("counts", object((0..<20).map { "\"p\($0)\":{\"items\":{\"type\":\"integer\"},\"minItems\":1000}" })),
                ("constants", "{\"enum\":[\(list(250) { "\"\(String(repeating: "a", count: 200))\($0)\"" })]}"),
                (
                    "properties",
                    object(
                        (0..<5).map { "\"o\($0)\":" + object((0..<(90)).map { "\"\(name)\($0)\":{\"type\":\"string\"}" }) })
                ),
                (
                    "bounds",
                    object((0..<90).map { "\"p\($0)\":{\"type\":\"integer\",\"minimum\":-123456789012345,\"maximum\":987654321098765}" })
                ),
                (
                    "alternatives",
                    "{\"anyOf\":[\(list(80) { "{\"properties\":{\"a\":{\"type\":\"string\",\"maxLength\":\(100 + $0)}},\"required\":[\"a\"]}" })]}"
                ),
            ]
        }()

        @Test("The heaviest schemas that are let in compile, others are answered meanwhile, and the engine runs on")
        func heaviest() async throws {
            try await TestNode.withSmolLM { node in
                #expect(try await node.chat("smol").status == 200)
                let pid = try await node.engines().first?["pid"]
                for (name, schema) in Self.heaviest {
                    async let other = node.chat("smol", "Tell me of the sea.", maxTokens: 16)
                    let body = Self.body(Self.format(schema, strict: false), maxTokens: 12)
                    let answer = try await HTTPCall.send(node.api, "POST", "/v1/chat/completions", body: body)
                    #expect(answer.status == 200, "\(name): \(answer.text)")
                    #expect(try await other.status == 200, "beside \(name)")
                }
                #expect(try await node.engines().first?["pid"] == pid)
            }
        }
    }
}
