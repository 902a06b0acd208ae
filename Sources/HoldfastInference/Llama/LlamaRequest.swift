import FoundationEssentials
import HoldfastCore
import NIOCore

/// The JSON that llama-server is sent: its own names, written from checked values.
struct LlamaRequest: Encodable {
    private let request: GenerationRequest
    private let slot: Int
    private let mayReuse: Bool

    /// - Parameter mayReuse: the slot holds nothing but what this request's tenant may gain from.
    init(_ request: GenerationRequest, slot: Int, mayReuse: Bool) {
        self.request = request
        self.slot = slot
        self.mayReuse = mayReuse
    }

    var path: String {
        switch request.prompt {
        case .messages: "/v1/chat/completions"
        case .text: "/v1/completions"
        }
    }

    func body() throws -> ByteBuffer {
        var body = ByteBuffer(bytes: try JSONEncoder().encode(self))
        if let format = try Self.written(request.format) {
            // Behind what the encoder wrote, in place of its closing brace: it would forget the order of the schema's members.
            body.moveWriterIndex(to: body.writerIndex - 1)
            body.writeString(",\"response_format\":")
            body.writeBytes(format)
            body.writeString("}")
        }
        return body
    }

    /// In OpenAI's form, of which llama-server reads `schema`; nil for text.
    private static func written(_ format: AnswerFormat) throws -> [UInt8]? {
        let members: [OrderedJSON.Member]
        switch format {
        case .text: return nil
        case .json: members = [.init("type", .string("json_object"))]
        case .schema(let schema):
            members = [
                .init("type", .string("json_schema")),
                .init("json_schema", .object([.init("name", .string("answer")), .init("schema", schema.written)])),
            ]
        }
        return try OrderedJSON.object(members).serialized()
    }

    private enum Key: String, CodingKey {
        case stream
        case streamOptions = "stream_options"
        case idSlot = "id_slot"
        case cachePrompt = "cache_prompt"
        case reasoningFormat = "reasoning_format"
        case messages, prompt, role, content
        case temperature, seed, stop
        case topP = "top_p"
        case topK = "top_k"
        case minP = "min_p"
        case frequencyPenalty = "frequency_penalty"
        case presencePenalty = "presence_penalty"
        case maxTokens = "max_tokens"
        case includeUsage = "include_usage"
        case ignoreEnd = "ignore_eos"
    }

    func encode(to encoder: any Encoder) throws {
        var json = encoder.container(keyedBy: Key.self)
        // Always a stream: llama-server does not notice that the client of a whole answer has gone.
        try json.encode(true, forKey: .stream)
        var options = json.nestedContainer(keyedBy: Key.self, forKey: .streamOptions)
        try options.encode(true, forKey: .includeUsage)
        try json.encode(slot, forKey: .idSlot)
        try json.encode(mayReuse, forKey: .cachePrompt)

        switch request.prompt {
        case .text(let text): try json.encode(text, forKey: .prompt)
        case .messages(let messages):
            try json.encode("none", forKey: .reasoningFormat)
            var list = json.nestedUnkeyedContainer(forKey: .messages)
            for message in messages {
                var entry = list.nestedContainer(keyedBy: Key.self)
                try entry.encode(message.role.rawValue, forKey: .role)
                try entry.encode(message.content, forKey: .content)
            }
        }

        let sampling = request.sampling
        try json.encodeIfPresent(sampling.temperature, forKey: .temperature)
        try json.encodeIfPresent(sampling.topP, forKey: .topP)
        try json.encodeIfPresent(sampling.topK, forKey: .topK)
        try json.encodeIfPresent(sampling.minP, forKey: .minP)
        try json.encodeIfPresent(sampling.seed, forKey: .seed)
        try json.encodeIfPresent(sampling.frequencyPenalty, forKey: .frequencyPenalty)
        try json.encodeIfPresent(sampling.presencePenalty, forKey: .presencePenalty)
        if !sampling.stop.isEmpty { try json.encode(sampling.stop, forKey: .stop) }
        try json.encodeIfPresent(sampling.maxTokens, forKey: .maxTokens)
        if sampling.ignoresEnd { try json.encode(true, forKey: .ignoreEnd) }
    }
}
