import Foundation
import HoldfastCore
import HoldfastLaunch
import NIOCore
import NIOHTTP1
import Testing

@testable import HoldfastInference

struct LlamaWireTests {
    private func json(_ request: GenerationRequest, mayReuse: Bool = false) throws -> [String: Any] {
        let body = try LlamaRequest(request, slot: 3, mayReuse: mayReuse).body()
        return try #require(JSONSerialization.jsonObject(with: Data(body.readableBytesView)) as? [String: Any])
    }

    @Test("A request holds what was asked for, the slot, and nothing else")
    func minimal() throws {
        let plain = try json(GenerationRequest(.text("a\"b\u{0}é🌊")))
        #expect(Set(plain.keys) == ["stream", "stream_options", "id_slot", "cache_prompt", "prompt"])
        #expect(plain["prompt"] as? String == "a\"b\u{0}é🌊")
        #expect(plain["stream"] as? Bool == true && plain["id_slot"] as? Int == 3 && plain["cache_prompt"] as? Bool == false)
        #expect(try json(GenerationRequest(.text("x")), mayReuse: true)["cache_prompt"] as? Bool == true)
    }

    @Test("Every sampling value has the engine's name")
    func sampling() throws {
        var sampling = Sampling()
        sampling.temperature = 0.5
        sampling.topP = 0.25
        sampling.topK = 7
        sampling.minP = 0.125
        sampling.seed = .max
        sampling.frequencyPenalty = -2
        sampling.presencePenalty = 2
        sampling.stop = ["a", "b"]
        sampling.maxTokens = 9
        let json = try json(GenerationRequest(.messages([.init(.system, "s"), .init(.user, "u")]), sampling: try sampling.checked()))
        #expect(json["temperature"] as? Double == 0.5)
        #expect(json["top_p"] as? Double == 0.25)
        #expect(json["top_k"] as? Int == 7)
        #expect(json["min_p"] as? Double == 0.125)
        #expect(json["seed"] as? Int == 4_294_967_295)
        #expect(json["frequency_penalty"] as? Double == -2)
        #expect(json["presence_penalty"] as? Double == 2)
        #expect(json["stop"] as? [String] == ["a", "b"])
        #expect(json["max_tokens"] as? Int == 9)
        #expect(json["messages"] as? [[String: String]] == [["role": "system", "content": "s"], ["role": "user", "content": "u"]])
    }

    @Test("A form of the answer is written last, in OpenAI's way, members in their order")
    func format() throws {
        func text(_ format: AnswerFormat) throws -> String {
            let request = GenerationRequest(.text("x"), format: format)
            return String(buffer: try LlamaRequest(request, slot: 3, mayReuse: false).body())
        }
        #expect(try text(.json).hasSuffix(",\"response_format\":{\"type\":\"json_object\"}}"))
        let source = try OrderedJSON(parsing: Array("{\"properties\":{\"z\":{},\"a\":{}}}".utf8))
        let schema = try JSONSchema(reading: source, strict: false, field: "s")
        #expect(
            try text(.schema(schema)).hasSuffix(
                """
                ,"response_format":{"type":"json_schema","json_schema":{"name":"answer","schema":{"$defs":{"d0":{"type":"object",\
                "properties":{"z":{},"a":{}},"required":[],"additionalProperties":false}},"$ref":"#/$defs/d0"}}}}
                """))
        #expect(try json(GenerationRequest(.text("x"), format: .schema(schema)))["prompt"] as? String == "x")
    }

    @Test("Values out of range are refused with OpenAI's name of the field")
    func ranges() {
        let broken: [(String, (inout Sampling) -> Void)] = [
            ("temperature", { $0.temperature = -0.1 }), ("temperature", { $0.temperature = .infinity }),
            ("temperature", { $0.temperature = .nan }),
            ("top_p", { $0.topP = 1.01 }), ("top_k", { $0.topK = -1 }), ("top_k", { $0.topK = .max }), ("min_p", { $0.minP = -1 }),
            ("frequency_penalty", { $0.frequencyPenalty = 2.1 }), ("presence_penalty", { $0.presencePenalty = -2.1 }),
            ("max_tokens", { $0.maxTokens = 0 }), ("max_tokens", { $0.maxTokens = .max }), ("stop", { $0.stop = [""] }),
            ("stop", { $0.stop = Array(repeating: "x", count: 17) }), ("stop", { $0.stop = [String(repeating: "x", count: 1025)] }),
        ]
        for (field, spoil) in broken {
            var sampling = Sampling()
            spoil(&sampling)
            let error = #expect(throws: HoldfastError.self) { try sampling.checked() }
            #expect(error?.code == .invalidRequest && error?.field == field)
        }
        #expect(throws: Never.self) { try Sampling().checked() }
    }

    @Test("The command line shares nothing among requests and divides the context")
    func arguments() throws {
        let model = LoadableModel(
            digest: try #require(SHA256Digest(bytes: [UInt8](repeating: 1, count: 32))), path: "/m", name: try ModelName(parsing: "m"),
            trainedContext: 2048)
        var settings = EngineSettings()
        settings.slots = 3
        let words = LlamaArguments.make(model: model, socketPath: "/s.sock", settings: settings)
        func value(_ name: String) -> String? { words.firstIndex(of: name).map { words[$0 + 1] } }
        #expect(value("--ctx-size") == "6144" && value("--parallel") == "3")
        #expect(value("--cache-ram") == "0" && value("--ctx-checkpoints") == "0" && value("--slot-prompt-similarity") == "0")
        #expect(words.contains("--no-kv-unified") && words.contains("--offline") && words.contains("--no-webui"))
    }

    @Test(
        "An error answer that is no JSON is the engine's failure; one for the request is the caller's",
        arguments: [
            ("<html>", 500, HoldfastError.Code.engineFailed), ("", 503, .engineFailed),
            (#"{"error":{"code":500,"type":"server_error","message":"x"}}"#, 500, .engineFailed),
            (#"{"error":{"code":400,"type":"invalid_request_error","message":"roles must alternate"}}"#, 400, .invalidRequest),
            (#"{"error":{"code":400,"type":"exceed_context_size_error"}}"#, 400, .contextExceeded),
        ])
    func errors(body: String, status: Int, code: HoldfastError.Code) {
        let error = LlamaFailure.answer(.init(statusCode: status), ByteBuffer(string: body), to: GenerationRequest(.text("x")))
        #expect(error.code == code)
        #expect(code != .contextExceeded || error.field == "prompt")
        // What an engine says of a request may quote it.
        #expect(error.detail?.contains("alternate") != true)
    }
}

struct ProcessReportTests {
    @Test("A program's name with brackets and spaces does not shift the fields")
    func names() {
        let rest = (3...52).map { $0 == 3 ? "S" : String($0) }.joined(separator: " ")
        for name in ["sh", "a b", "x) S 1 (y", ")"] {
            let usage = ProcessReport(stat: "7 (\(name)) \(rest)")
            // utime is field 14, stime 15, rss 24, counted from one.
            #expect(usage?.cpuTicks == 29)
            #expect(usage?.residentBytes == 24 * Int64(sysconf(Int32(_SC_PAGESIZE))))
        }
        #expect(ProcessReport(stat: "7 (sh) S 1") == nil)
        #expect(ProcessReport(pid: -5) == nil)
        #expect((ProcessReport(pid: getpid())?.residentBytes ?? 0) > 1 << 20)
    }
}

struct SharedResultTests {
    @Test("One result reaches all who wait; the first one stays")
    func shared() async throws {
        let result = SharedResult<Int>()
        try await withThrowingTaskGroup(of: Int.self) { group in
            for _ in 0..<20 { group.addTask { try await result.valueOrCancellation() } }
            #expect(result.complete(.success(1)))
            #expect(!result.complete(.success(2)))
            for try await value in group { #expect(value == 1) }
        }
        #expect(try await result.value() == 1)
    }

    @Test("A waiter that is cancelled goes alone")
    func cancelled() async throws {
        let result = SharedResult<Int>()
        let gone = Task { try await result.valueOrCancellation() }
        let patient = Task { try await result.valueOrCancellation() }
        gone.cancel()
        await #expect(throws: CancellationError.self) { try await gone.value }
        result.complete(.success(1))
        #expect(try await patient.value == 1)
    }
}
