import HoldfastCore
import HoldfastTestSupport
import Testing

@Suite struct RealModelTests {
    @Test
    func `SmolLM2 135M Instruct is described as it is`() throws {
        let file = try MappedFile(path: Installed.smolLM())
        let header = try GGUFReader.read(file)
        #expect(header.version == 3)
        #expect(header.tensors.count == 272)
        #expect(header.metadata.count == 33)
        #expect(header.dataOffset == 1_785_664)
        // The last tensor ends with the file.
        #expect(header.tensors.map { header.dataOffset + $0.offset + $0.byteCount }.max() == 98_362_432)

        let model = try ModelDescription(header: header)
        #expect(model.architecture == "llama")
        #expect(model.name == "Smollm2 135M 8k Lc100K Mix1 Ep2")
        #expect(model.parameters == 134_515_008)
        #expect(model.modelClass == .micro)
        #expect(model.quantization == "Q4_1")
        #expect(
            model.tensorTypes == [
                "F32": .init(count: 61, bytes: 140_544), "Q4_1": .init(count: 210, bytes: 66_355_200),
                "Q8_0": .init(count: 1, bytes: 30_081_024),
            ])
        #expect(model.contextLength == 8192)
        #expect(model.embeddingLength == 576)
        #expect(model.blockCount == 30)
        #expect(model.headCount == 9)
        #expect(model.headCountKV == 3)
        #expect(model.slidingWindow == nil)
        #expect(model.chatTemplate?.contains("<|im_start|>assistant") == true)
        #expect(model.tokenizer?.model == "gpt2")
        #expect(model.tokenizer?.pre == "smollm")
        #expect(model.tokenizer?.vocabularySize == 49_152)
        #expect(model.tokenizer?.bosTokenID == 1)
        #expect(model.tokenizer?.eosTokenID == 2)
        #expect(model.licence?.id == "apache-2.0")
        #expect(model.languages == ["en"])
        #expect(model.sizeBytes == 98_362_432)
    }
}
