import HoldfastCore
import Testing

@Suite struct GGMLTypeTests {
    /// The size of each block, summed up as the structures of ggml-common.h are written: scales, then high bits, then quants.
    @Test(arguments: [
        ("Q4_0", 2 + 32 / 2), ("Q4_1", 2 * 2 + 32 / 2), ("Q5_0", 2 + 4 + 32 / 2), ("Q5_1", 2 * 2 + 4 + 32 / 2), ("Q8_0", 2 + 32),
        ("Q8_1", 2 * 2 + 32), ("MXFP4", 1 + 32 / 2), ("NVFP4", 64 / 16 + 64 / 2), ("Q1_0", 2 + 128 / 8), ("Q2_0", 2 + 64 / 4),
        ("Q2_K", 2 * 2 + 256 / 16 + 256 / 4), ("Q3_K", 2 + 256 / 4 + 256 / 8 + 12), ("Q4_K", 2 * 2 + 12 + 256 / 2),
        ("Q5_K", 2 * 2 + 12 + 256 / 2 + 256 / 8), ("Q6_K", 2 + 256 / 16 + 3 * 256 / 4), ("Q8_K", 4 + 256 + 256 / 16 * 2),
        ("IQ2_XXS", 2 + 256 / 8 * 2), ("IQ2_XS", 2 + 256 / 8 * 2 + 256 / 32), ("IQ2_S", 2 + 256 / 4 + 256 / 16),
        ("IQ3_XXS", 2 + 3 * 256 / 8),
        ("IQ3_S", 2 + 13 * 256 / 32 + 256 / 64), ("IQ1_S", 2 + 256 / 8 + 256 / 16), ("IQ1_M", 256 / 8 + 256 / 16 + 256 / 32),
        ("IQ4_NL", 2 + 32 / 2), ("IQ4_XS", 2 + 2 + 256 / 64 + 256 / 2), ("TQ1_0", 2 + 256 / 64 + (256 - 4 * 256 / 64) / 5),
        ("TQ2_0", 2 + 256 / 4), ("F64", 8), ("F32", 4), ("F16", 2), ("BF16", 2), ("I8", 1), ("I16", 2), ("I32", 4), ("I64", 8),
    ])
    func `a block has the size of ggml's structure`(name: String, bytes: Int) throws {
        let type = try #require(GGMLType.all.first { $0.name == name })
        #expect(type.blockBytes == UInt64(bytes))
    }

    @Test func `numbers and names are unique, and the numbers ggml took out are unknown`() {
        #expect(Set(GGMLType.all.map(\.name)).count == 35)
        #expect(GGMLType.all.map(\.number) == GGMLType.all.map(\.number).sorted())
        let missing = (0...60).filter { GGMLType(number: $0) == nil }
        #expect(missing == [4, 5, 31, 32, 33, 36, 37, 38] + Array(43...60))
    }

    @Test(arguments: GGMLType.all)
    func `a tensor of each type takes whole blocks`(type: GGMLType) throws {
        let image = GGUFImage.base(tensors: [
            .init(name: "t", dimensions: [type.blockElements, 3], type: type.number, offset: 0, bytes: Int(3 * type.blockBytes))
        ])
        let tensor = try #require(try GGUFReader.read(MemorySource(image.bytes)).tensors.first)
        #expect(tensor.byteCount == 3 * type.blockBytes)
        #expect(tensor.elementCount == 3 * type.blockElements)
        expectRefusal(Array(image.bytes.dropLast()), "would end past the file's")
    }
}
