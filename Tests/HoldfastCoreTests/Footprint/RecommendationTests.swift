import HoldfastCore
import Testing

@Suite struct RecommendationTests {
    private func model(
        _ name: String, parameters: UInt64, size: Int64 = 100, context: Int? = 8192, template: Bool = true, architecture: String = "llama",
        state: Model.State = .ready
    ) throws -> (model: Model, need: Int64) {
        var description = ModelDescription(
            format: "gguf", architecture: architecture, parameters: parameters, quantization: "Q4_0", sizeBytes: UInt64(size))
        description.contextLength = context
        description.hasChatTemplate = template
        let parsed = try ModelName(parsing: name)
        let bytes = Array(name.utf8) + [UInt8](repeating: 0, count: 32)
        return (
            Model(
                name: parsed, names: [parsed], digest: SHA256Digest(bytes: bytes.prefix(32))!, size: size, state: state,
                description: description, addedAt: 0, verifiedAt: 0),
            size
        )
    }

    private func ranked(_ task: ModelTask, memory: Int64 = 1000) throws -> [String] {
        let models = [
            try model("small", parameters: 100), try model("large", parameters: 900, size: 900),
            try model("fine", parameters: 900, size: 950),
            try model("huge", parameters: 9000, size: 2000), try model("base", parameters: 950, template: false),
            try model("long", parameters: 50, context: 32_768), try model("bert", parameters: 30, template: false, architecture: "bert"),
            try model("broken", parameters: 999, state: .corrupt),
        ]
        return Recommendation.rank(models, for: task, memory: memory).filter(\.suits).map(\.model.name.name)
    }

    @Test("Able, fitting, then by parameters, bits and context")
    func ranking() throws {
        #expect(try ranked(.chat) == ["fine", "large", "small", "long"])
        #expect(try ranked(.chat, memory: 500) == ["small", "long"])
        #expect(try ranked(.completion) == ["base", "fine", "large", "small", "long"])
        #expect(try ranked(.longContext) == ["long"])
        #expect(try ranked(.embedding) == ["bert"])
    }

    @Test("Those that will not do come last and say why")
    func reasons() throws {
        let all = Recommendation.rank(
            [try model("huge", parameters: 9000, size: 2000 << 20), try model("base", parameters: 1, template: false)], for: .chat,
            memory: 1000 << 20)
        #expect(all.allSatisfy { !$0.suits })
        #expect(all[0].reasons == ["it needs 2000 MiB, and 1000 MiB may be used"])
        #expect(all[1].reasons[0].contains("no chat template"))
    }
}
