import HoldfastCore
import Testing

/// What only a look past the header finds.
@Suite struct GGUFBodyTests {
    private func refusal(_ image: GGUFImage) throws -> HoldfastError? {
        let source = MemorySource(image.bytes)
        let header = try GGUFReader.read(source)
        do {
            try GGUFBody.check(header, in: source)
            return nil
        } catch {
            return error as? HoldfastError
        }
    }

    @Test func `a sound body passes`() throws {
        #expect(try refusal(GGUFImage.base()) == nil)
    }

    struct Row {
        let type: UInt32
        /// Of three blocks.
        let elements: UInt64
        let block: Int
        /// Where in a block a number stands.
        let places: [Int]
        let spoiled: [UInt8]

        init(_ type: UInt32, _ elements: UInt64, _ block: Int, _ places: [Int], spoiled: [UInt8] = [0, 0x7c]) {
            self.type = type
            self.elements = elements * 3
            self.block = block
            self.places = places
            self.spoiled = spoiled
        }
    }

    static let numbers = [
        Row(0, 1, 4, [0], spoiled: [0, 0, 0x80, 0x7f]), Row(0, 1, 4, [0], spoiled: [1, 0, 0xc0, 0xff]),
        Row(28, 1, 8, [0], spoiled: [0, 0, 0, 0, 0, 0, 0xf0, 0x7f]), Row(30, 1, 2, [0], spoiled: [0x80, 0x7f]),
        Row(15, 256, 292, [0], spoiled: [0, 0, 0x80, 0x7f]), Row(39, 32, 17, [0], spoiled: [0xff]),
        Row(1, 1, 2, [0]), Row(2, 32, 18, [0]), Row(3, 32, 20, [0, 2]), Row(6, 32, 22, [0]), Row(7, 32, 24, [0, 2]), Row(8, 32, 34, [0]),
        Row(9, 32, 36, [0, 2]), Row(10, 256, 84, [80, 82]), Row(11, 256, 110, [108]), Row(12, 256, 144, [0, 2]), Row(13, 256, 176, [0, 2]),
        Row(14, 256, 210, [208]), Row(16, 256, 66, [0]), Row(17, 256, 74, [0]), Row(18, 256, 98, [0]), Row(19, 256, 50, [0]),
        Row(20, 32, 18, [0]), Row(21, 256, 110, [0]), Row(22, 256, 82, [0]), Row(23, 256, 136, [0]), Row(34, 256, 54, [52]),
        Row(35, 256, 66, [64]), Row(41, 128, 18, [0]), Row(42, 64, 18, [0]),
    ]

    @Test(arguments: numbers.indices)
    func `a number that is not finite is found in each block, at its byte, and nowhere else`(index: Int) throws {
        let row = Self.numbers[index]
        let tensor = GGUFImage.Tensor(name: "w", dimensions: [row.elements], type: row.type, offset: 0, bytes: row.block * 3)
        var clean = GGUFImage(metadata: GGUFImage.baseMetadata, tensors: [tensor])
        for place in clean["data"]..<clean.bytes.count { clean.bytes[place] = 1 }
        #expect(try refusal(clean) == nil)
        for block in 0..<3 {
            for place in row.places {
                var image = clean
                let byte = image["data"] + block * row.block + place
                image.bytes.replaceSubrange(byte..<byte + row.spoiled.count, with: row.spoiled)
                let error = try #require(try refusal(image), "block \(block), byte \(place)")
                #expect(error.code == .modelInvalid && error.message.contains("at byte \(byte): tensor 'w' "), "\(error)")
            }
        }
        // The same bytes where the type keeps integers.
        if row.block > 8, let other = (0..<row.block - 1).first(where: { at in row.places.allSatisfy { abs($0 - at) > 4 } }) {
            var image = clean
            image.bytes.replaceSubrange(image["data"] + other..<image["data"] + other + row.spoiled.count, with: row.spoiled)
            #expect(try refusal(image) == nil)
        }
    }

    @Test func `the half of IQ1_M is put together from its four words`() throws {
        let tensor = GGUFImage.Tensor(name: "w", dimensions: [256], type: 29, offset: 0, bytes: 56)
        var image = GGUFImage(metadata: GGUFImage.baseMetadata, tensors: [tensor])
        for place in image["data"]..<image.bytes.count { image.bytes[place] = 0 }
        image.bytes[image["data"] + 48 + 7] = 0x70
        #expect(try refusal(image) == nil)
        image.bytes[image["data"] + 48 + 5] = 0xc0
        #expect(try refusal(image)?.code == .modelInvalid)
    }

    @Test func `a number in the second window is found`() throws {
        let count = 600_000
        let tensor = GGUFImage.Tensor(name: "w", dimensions: [UInt64(count)], type: 0, offset: 0, bytes: count * 4)
        var image = GGUFImage(metadata: GGUFImage.baseMetadata, tensors: [tensor])
        let byte = image["data"] + (count - 1) * 4
        #expect(try refusal(image) == nil)
        image.put(UInt32(0x7fc0_0000), at: byte)
        #expect(try refusal(image)?.message.contains("at byte \(byte):") == true)
    }

    @Test func `a file that becomes shorter while it is read is refused`() throws {
        let image = GGUFImage.base()
        let header = try GGUFReader.read(MemorySource(image.bytes))
        let cut = MemorySource(Array(image.bytes.dropLast(4)), claimedSize: UInt64(image.bytes.count))
        #expect(throws: HoldfastError.self) { try GGUFBody.check(header, in: cut) }
    }

    @Test(
        arguments: [
            ("token_embd.weight", [32, 3], "32 wide"), ("token_embd.weight", [64, 4], "there are 3 tokens"),
            ("token_embd.weight", [64], "1 dimensions, not 2"), ("output.weight", [64, 2], "there are 3 tokens"),
            ("blk.2.attn_q.weight", [64, 3], "block 2"), ("blk.18446744073709551615.w", [64, 3], "block 18446744073709551615"),
        ] as [(String, [UInt64], String)])
    func `a tensor that is not what the metadata says is refused`(name: String, dimensions: [UInt64], why: String) throws {
        let tensor = GGUFImage.Tensor(name: name, dimensions: dimensions, type: 24, offset: 0, bytes: Int(dimensions.reduce(1, *)))
        let error = try #require(try refusal(GGUFImage.base(adding: [("llama.block_count", .u32(2))], tensors: [tensor])))
        #expect(error.code == .modelInvalid && error.message.contains(why) && error.message.contains("'\(name)'"), "\(error)")
    }

    @Test func `tokens that are not there, and no heads, are refused`() throws {
        for (key, value, why) in [
            ("tokenizer.ggml.eos_token_id", GGUFImage.Value.u32(3), "there are 3 tokens"),
            ("llama.attention.head_count", .u32(0), "divides"),
        ] {
            #expect(try refusal(GGUFImage.base(replacing: key, with: value))?.message.contains(why) == true, "\(key)")
        }
        #expect(try refusal(GGUFImage.base(replacing: "tokenizer.ggml.eos_token_id", with: .u32(.max))) == nil)
    }
}
