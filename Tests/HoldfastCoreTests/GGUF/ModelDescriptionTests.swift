import Foundation
import HoldfastCore
import Testing

@Suite struct ModelDescriptionTests {
    @Test func `a small model is described`() throws {
        let image = GGUFImage.base()
        let model = try ModelDescription.describe(MemorySource(image.bytes))
        #expect(model.format == "gguf")
        #expect(model.architecture == "llama")
        #expect(model.name == "Tiny")
        #expect(model.parameters == 256)
        #expect(model.modelClass == .micro)
        #expect(model.quantization == "Q4_1")
        #expect(model.tensorTypes == ["Q4_1": .init(count: 1, bytes: 120), "F32": .init(count: 1, bytes: 256)])
        #expect(model.contextLength == 8192)
        #expect(model.embeddingLength == 64)
        #expect(model.headCount == 9)
        #expect(model.blockCount == nil)
        #expect(model.chatTemplate == "{{ messages }}")
        #expect(model.hasChatTemplate)
        #expect(model.tokenizer?.model == "gpt2")
        #expect(model.tokenizer?.vocabularySize == 3)
        #expect(model.tokenizer?.bosTokenID == 1)
        #expect(model.tokenizer?.eosTokenID == 2)
        #expect(model.licence?.id == "apache-2.0")
        #expect(model.languages == ["en", "de"])
        #expect(model.sizeBytes == UInt64(image.bytes.count))
    }

    @Test func `its JSON has these keys and comes back the same`() throws {
        let image = GGUFImage.base(adding: [
            ("llama.attention.key_length", .u32(64)), ("llama.attention.sliding_window", .u32(512)),
            ("general.license.link", .text("https://x.y")),
        ])
        let model = try ModelDescription.describe(MemorySource(image.bytes))
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        let json = try encoder.encode(model)
        #expect(
            String(decoding: json, as: UTF8.self)
                == #"{"architecture":"llama","chat_template":"{{ messages }}","class":"micro","context_length":8192,"embedding_length":64,"#
                + #""format":"gguf","has_chat_template":true,"head_count":9,"key_length":64,"languages":["en","de"],"#
                + #""licence":{"id":"apache-2.0","link":"https://x.y"},"name":"Tiny","parameters":256,"quantization":"Q4_1","#
                + #""size_bytes":\#(image.bytes.count),"sliding_window":512,"#
                + #""tensor_types":{"F32":{"bytes":256,"count":1},"Q4_1":{"bytes":120,"count":1}},"#
                + #""tokenizer":{"bos_token_id":1,"eos_token_id":2,"model":"gpt2","vocabulary_size":3}}"#)
        #expect(try JSONDecoder().decode(ModelDescription.self, from: json) == model)
    }

    @Test(
        arguments: [
            (0, .micro), (1_499_999_999, .micro), (1_500_000_000, .small), (13_999_999_999, .small), (14_000_000_000, .medium),
            (30_000_000_000, .medium), (30_000_000_001, .large), (.max, .large),
        ] as [(UInt64, ModelClass)])
    func `parameters decide the class`(parameters: UInt64, expected: ModelClass) {
        #expect(ModelClass(parameters: parameters) == expected)
    }

    @Test(
        arguments: [
            (15, "Q4_K_M"), (15 + 1024, "Q4_K_M"), (7, "Q8_0"), (38, "MXFP4_MOE"), (41, "Q2_0"),
            // 4 was taken out of llama.cpp and 999 never was: the most used type by bytes.
            (4, "F32"), (999, "F32"), (nil, "F32"),
        ] as [(UInt32?, String)])
    func `the quantization is the file type's label or the most used type`(number: UInt32?, label: String) throws {
        let image = GGUFImage.base(replacing: "general.file_type", with: number.map { .u32($0) })
        #expect(try ModelDescription.describe(MemorySource(image.bytes)).quantization == label)
    }

    @Test func `control characters do not reach a terminal`() throws {
        let image = GGUFImage.base(replacing: "general.name", with: .text("a\u{1b}[2J\u{202E}b\nc"))
        #expect(try ModelDescription.describe(MemorySource(image.bytes)).name == "a [2J b c")
    }

    @Test func `a long name is cut between characters`() throws {
        let image = GGUFImage.base(replacing: "general.name", with: .text("x" + String(repeating: "ä", count: 5000)))
        let name = try ModelDescription.describe(MemorySource(image.bytes)).name
        #expect(name == "x" + String(repeating: "ä", count: 511))
    }

    @Test(arguments: [(256 << 10, true), ((256 << 10) + 1, false)])
    func `a chat template longer than 256 KiB is told and not kept`(length: Int, kept: Bool) throws {
        let image = GGUFImage.base(replacing: "tokenizer.chat_template", with: .text(String(repeating: "t", count: length)))
        let model = try ModelDescription.describe(MemorySource(image.bytes))
        #expect(model.hasChatTemplate)
        #expect((model.chatTemplate != nil) == kept)
    }

    @Test func `absent values are absent`() throws {
        let image = GGUFImage(
            metadata: [("general.architecture", .text("x"))], tensors: [.init(name: "t", dimensions: [2], type: 1, offset: 0, bytes: 4)])
        let model = try ModelDescription.describe(MemorySource(image.bytes))
        #expect(
            model
                == ModelDescription(
                    format: "gguf", architecture: "x", parameters: 2, quantization: "F16", tensorTypes: ["F16": .init(count: 1, bytes: 4)],
                    sizeBytes: UInt64(image.bytes.count)))
    }

    @Test func `a token id outside the vocabulary is none`() throws {
        let image = GGUFImage.base(replacing: "tokenizer.ggml.bos_token_id", with: .u32(.max))
        #expect(try ModelDescription.describe(MemorySource(image.bytes)).tokenizer?.bosTokenID == nil)
    }
}
