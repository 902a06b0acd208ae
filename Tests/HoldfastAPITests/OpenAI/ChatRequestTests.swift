import Foundation
import HoldfastCore
import Testing

@testable import HoldfastAPI

@Suite("Chat requests: known fields are checked one by one, unknown ones ignored")
struct ChatRequestTests {
    private func parse(_ extra: String = "", messages: String = "[{\"role\":\"user\",\"content\":\"hi\"}]") throws -> ChatCompletionRequest
    {
        try RequestDecoding.decode(from: Data("{\"model\":\"m\",\"messages\":\(messages)\(extra)}".utf8))
    }

    private func field(_ body: () throws -> ChatCompletionRequest) -> String? {
        do {
            _ = try body()
            return "accepted"
        } catch {
            return (error as? HoldfastError)?.field
        }
    }

    @Test("every known field is read")
    func everyField() throws {
        let request = try parse(
            ",\"temperature\":1,\"top_p\":0.5,\"top_k\":40,\"min_p\":0.05,\"frequency_penalty\":-2,\"presence_penalty\":2,\"seed\":-7,"
                + "\"stop\":[\"a\",\"b\"],\"max_tokens\":9,\"stream\":true,\"stream_options\":{\"include_usage\":true},\"n\":1,\"user\":\"x\",\"other\":[{}]"
        )
        #expect(
            request.sampling.temperature == 1 && request.sampling.topP == 0.5 && request.sampling.topK == 40
                && request.sampling.minP == 0.05)
        #expect(request.sampling.frequencyPenalty == -2 && request.sampling.presencePenalty == 2 && request.sampling.seed == -7)
        #expect(request.sampling.stop == ["a", "b"] && request.sampling.maxTokens == 9 && request.stream && request.includeUsage)
        #expect(try parse(",\"max_completion_tokens\":3,\"max_tokens\":9").sampling.maxTokens == 3, "the newer name wins")
        #expect(try parse(",\"stop\":\"a\"").sampling.stop == ["a"])
        #expect(try parse(",\"temperature\":null,\"stop\":null,\"stream\":null,\"tools\":null,\"n\":null").sampling.temperature == nil)
    }

    @Test("roles and both forms of content are understood")
    func messages() throws {
        let request = try parse(
            messages: """
                [{"role":"developer","content":"a"},{"role":"user","content":[{"type":"text","text":"b"},{"type":"text","text":"c"}]},\
                {"role":"assistant","content":null},{"role":"system","content":""}]
                """)
        #expect(
            request.messages == [
                .init(role: "system", content: "a"), .init(role: "user", content: "bc"), .init(role: "assistant", content: ""),
                .init(role: "system", content: ""),
            ])
    }

    @Test(
        "a wrong value names its field",
        arguments: [
            ("temperature", "\"hot\""), ("temperature", "-0.01"), ("temperature", "2.01"), ("top_p", "1.01"), ("top_k", "0.5"),
            ("min_p", "-1"),
            ("frequency_penalty", "2.5"), ("presence_penalty", "\"1\""), ("seed", "1e30"), ("max_tokens", "0"),
            ("max_completion_tokens", "-1"),
            ("max_tokens", "1000001"), ("stop", "[\"\"]"), ("stop", "{}"), ("stream", "1"), ("stream_options", "1"), ("n", "2"),
            ("tools", "[{}]"), ("response_format", "17"), ("response_format", "[]"),
            ("functions", "[{}]"), ("tool_choice", "\"required\""), ("logit_bias", "{\"1\":-100}"), ("grammar", "\"root ::= x\""),
            ("json_schema", "{}"), ("logprobs", "true"),
            ("top_logprobs", "2"), ("logit_bias", "5"), ("audio", "{}"),
        ])
    func wrong(name: String, value: String) {
        #expect(field { try parse(",\"\(name)\":\(value)") } == name)
    }

    @Test(
        "what asks for nothing is accepted",
        arguments: [
            "\"tools\":[]", "\"tool_choice\":\"none\"", "\"tool_choice\":\"auto\"", "\"response_format\":{\"type\":\"text\"}",
            "\"logprobs\":false",
            "\"top_logprobs\":0", "\"logit_bias\":{}", "\"n\":1",
        ])
    func harmless(text: String) {
        #expect(throws: Never.self) { try parse("," + text) }
    }

    @Test(
        "A wrong form of answer names its place, also within the schema",
        arguments: [
            ("{}", "type"), ("{\"type\":17}", "type"), ("{\"type\":\"xml\"}", "type"), ("{\"type\":\"json_schema\"}", "json_schema"),
            ("{\"type\":\"json_schema\",\"json_schema\":[]}", "json_schema"),
            ("{\"type\":\"json_schema\",\"json_schema\":{}}", "json_schema.schema"),
            ("{\"type\":\"json_schema\",\"json_schema\":{\"schema\":true}}", "json_schema.schema"),
            ("{\"type\":\"json_schema\",\"json_schema\":{\"schema\":{},\"name\":7}}", "json_schema.name"),
            ("{\"type\":\"json_schema\",\"json_schema\":{\"schema\":{},\"strict\":1}}", "json_schema.strict"),
            (
                "{\"type\":\"json_schema\",\"json_schema\":{\"schema\":{\"properties\":{\"a\":{\"minLength\":-1}}}}}",
                "json_schema.schema.properties.a.minLength"
            ),
            (
                "{\"type\":\"json_schema\",\"json_schema\":{\"strict\":true,\"schema\":{\"pattern\":\"a\",\"type\":\"string\"}}}",
                "json_schema.schema.pattern"
            ),
        ])
    func formats(value: String, place: String) {
        #expect(field { try parse(",\"response_format\":\(value)") } == "response_format.\(place)")
    }

    @Test("The form of an answer is read, members in their order; the trail gets its kind and size")
    func format() throws {
        #expect(try parse().format == .text)
        let object = try parse(",\"response_format\":{\"type\":\"json_object\"}").format
        #expect(object == .json && object.auditParameters == ["response_format": 1])
        let schema = "{\"properties\":{\"z\":{\"type\":\"null\"},\"a\":{\"type\":\"null\"}}}"
        let format = try parse(
            ",\"response_format\":{\"type\":\"json_schema\",\"json_schema\":{\"name\":\"n\",\"strict\":null,\"schema\":\(schema)}}"
        ).format
        guard case .schema(let read) = format, case .object(let properties)? = read.definitions.first else {
            Issue.record("\(format)")
            return
        }
        #expect(properties.map(\.name) == ["z", "a"])
        #expect(format.auditParameters == ["response_format": 2, "schema_bytes": Int64(schema.utf8.count)])
    }

    @Test("stop strings are bounded in number and length")
    func stops() {
        let many = "[" + Array(repeating: "\"a\"", count: 17).joined(separator: ",") + "]"
        #expect(field { try parse(",\"stop\":\(many)") } == "stop")
        #expect(field { try parse(",\"stop\":\"\(String(repeating: "a", count: 257))\"") } == "stop")
        #expect(field { try parse(",\"stop\":\"\(String(repeating: "a", count: 256))\"") } == "accepted")
    }

    @Test(
        "wrong messages name where they are wrong",
        arguments: [
            ("[]", "messages"), ("null", "messages"), ("\"x\"", "messages"),
            ("[{\"role\":\"wizard\",\"content\":\"x\"}]", "messages[0].role"),
            ("[{\"role\":\"user\",\"content\":\"x\"},{\"role\":\"tool\",\"content\":\"x\"}]", "messages[1].role"),
        ])
    func wrongMessages(text: String, name: String) {
        #expect(field { try parse(messages: text) } == name)
    }

    @Test("what the trail gets is numbers only")
    func auditParameters() throws {
        let parameters = try parse(",\"temperature\":0.7,\"top_p\":1,\"stop\":[\"secret\"],\"max_tokens\":5").sampling.auditParameters
        #expect(parameters == ["temperature_milli": 700, "top_p_milli": 1000, "stops": 1, "max_tokens": 5])
    }
}
