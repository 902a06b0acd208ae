import HoldfastCore
import Testing

/// One field of a valid file is overwritten; the refusal must name that field and its place.
@Suite struct GGUFRefusalTests {
    struct Spoiled: CustomTestStringConvertible, Sendable {
        /// A mark of ``GGUFImage``, or nil for the start of the file.
        var mark: String?
        var plus = 0
        /// 4 or 8 bytes.
        var width = 8
        var value: UInt64
        /// What the message says after `at byte OFFSET: `, where OFFSET is the overwritten field.
        var says: String
        var testDescription: String { says }
    }

    static let table: [Spoiled] = prelude + metadata + tensors

    static let prelude: [Spoiled] = [
        Spoiled(width: 4, value: 0x4655_4746, says: "magic is 46475546, not 'GGUF'"),
        Spoiled(plus: 4, width: 4, value: 0, says: "version is 0"),
        Spoiled(plus: 4, width: 4, value: 1, says: "version is 1"),
        Spoiled(plus: 4, width: 4, value: 4, says: "version is 4"),
        Spoiled(plus: 4, width: 4, value: 0x0300_0000, says: "version is written big-endian"),
        Spoiled(plus: 4, width: 4, value: 0x0200_0000, says: "version is written big-endian"),
        Spoiled(plus: 8, value: 1 << 60, says: "tensor_count is 1152921504606846976, above the limit of 65536"),
        Spoiled(plus: 8, value: .max, says: "tensor_count is 18446744073709551615"),
        // Below the limit, and more than the file can hold.
        Spoiled(plus: 8, value: 60_000, says: "tensor_count (60000) needs 1500000 bytes, and the file has"),
        Spoiled(plus: 16, value: 4096, says: "metadata_kv_count (4096) needs 57344 bytes, and the file has"),
        Spoiled(plus: 16, value: 1 << 63, says: "metadata_kv_count is 9223372036854775808, above the limit of 4096"),
    ]

    static let metadata: [Spoiled] = [
        Spoiled(mark: "general.name.key", value: 65_536, says: "length of metadata[1].key is 65536, above the limit of 65535"),
        Spoiled(mark: "general.name.key", value: .max, says: "length of metadata[1].key is 18446744073709551615"),
        Spoiled(mark: "general.name.key", value: 0, says: "metadata[1].key is empty"),
        Spoiled(mark: "general.name.type", width: 4, value: 13, says: "type of general.name is 13"),
        Spoiled(mark: "general.name.type", width: 4, value: 0xFFFF_FFFF, says: "type of general.name is 4294967295"),
        Spoiled(mark: "general.name", value: 1 << 63, says: "length of general.name is 9223372036854775808, above the limit of 1048576"),
        Spoiled(mark: "general.name", value: 100_000, says: "length of general.name (100000) needs 100000 bytes, and the file has"),
        Spoiled(mark: "tokenizer.ggml.tokens", plus: 4, value: 1000, says: "length of tokenizer.ggml.tokens (1000) needs 8000 bytes"),
        Spoiled(mark: "tokenizer.ggml.scores", plus: 4, value: 1000, says: "length of tokenizer.ggml.scores (1000) needs 4000 bytes"),
        Spoiled(mark: "tokenizer.ggml.tokens", plus: 12, value: 5000, says: "length of tokenizer.ggml.tokens[0] (5000) needs 5000 bytes"),
        Spoiled(mark: "tokenizer.ggml.tokens", width: 4, value: 99, says: "element type of tokenizer.ggml.tokens is 99"),
        Spoiled(
            mark: "tokenizer.ggml.tokens", plus: 4, value: 1 << 61, says: "length of tokenizer.ggml.tokens is 2305843009213693952, above"),
        Spoiled(mark: "tokenizer.ggml.tokens", plus: 12, value: 1 << 62, says: "length of tokenizer.ggml.tokens[0] is 4611686018427387904"),
        Spoiled(mark: "tokenizer.ggml.scores", plus: 4, value: .max, says: "length of tokenizer.ggml.scores is 18446744073709551615"),
        Spoiled(mark: "tokenizer.ggml.scores", plus: 4, value: 1 << 62, says: "length of tokenizer.ggml.scores is 4611686018427387904"),
        Spoiled(mark: "tokenizer.ggml.bos_token_id.type", width: 4, value: 99, says: "type of tokenizer.ggml.bos_token_id is 99"),
    ]

    static let tensors: [Spoiled] = [
        Spoiled(mark: "embd.name", value: 64, says: "length of tensor[0].name is 64, above the limit of 63"),
        Spoiled(mark: "embd.name", value: .max, says: "length of tensor[0].name is 18446744073709551615"),
        Spoiled(mark: "embd.n_dims", width: 4, value: 5, says: "n_dimensions of tensor 'embd' is 5, above the limit of 4"),
        Spoiled(mark: "embd.n_dims", width: 4, value: 0xFFFF_FFFF, says: "n_dimensions of tensor 'embd' is 4294967295"),
        Spoiled(mark: "embd.dims", value: 0, says: "dimension 0 of tensor 'embd' is 0"),
        Spoiled(mark: "embd.dims", plus: 8, value: 0, says: "dimension 1 of tensor 'embd' is 0"),
        Spoiled(mark: "embd.dims", value: .max, says: "dimension 0 of tensor 'embd' is -1"),
        Spoiled(mark: "embd.dims", plus: 8, value: 1 << 63, says: "dimension 1 of tensor 'embd' is -9223372036854775808"),
        Spoiled(mark: "embd.type", width: 4, value: 4, says: "type of tensor 'embd' is 4, which is not a known ggml type"),
        Spoiled(mark: "embd.type", width: 4, value: 43, says: "type of tensor 'embd' is 43"),
        Spoiled(mark: "embd.type", width: 4, value: 0xFFFF_FFFF, says: "type of tensor 'embd' is 4294967295"),
        Spoiled(mark: "norm.offset", value: 129, says: "offset of tensor 'norm' is 129, not a multiple of the alignment 32"),
        Spoiled(mark: "norm.offset", value: 96, says: "offset of tensor 'norm' is 96, inside tensor 'embd'"),
        Spoiled(mark: "norm.offset", value: 160, says: "offset of tensor 'norm' is 160: its 256 bytes would end past the file's"),
        // CVE-2026-7482: data past the end of the file. CVE-2025-53630 and CVE-2026-27940: sums that wrap.
        Spoiled(mark: "norm.offset", value: 1 << 40, says: "offset of tensor 'norm' is 1099511627776: its 256 bytes would end past"),
        Spoiled(mark: "norm.offset", value: 0xFFFF_FFFF_FFFF_FFE0, says: "offset of tensor 'norm' is 18446744073709551584: its 256 bytes"),
    ]

    @Test(arguments: table)
    func `a spoiled field is named with its offset`(spoiled: Spoiled) {
        var image = GGUFImage.base()
        let offset = (spoiled.mark.map { image[$0] } ?? 0) + spoiled.plus
        if spoiled.width == 4 { image.put(UInt32(spoiled.value), at: offset) } else { image.put(spoiled.value, at: offset) }
        expectRefusal(image.bytes, " at byte \(offset): \(spoiled.says)")
    }

    @Test(
        arguments: [
            // Each length is fine alone; only the product is not (CVE-2025-53630, CVE-2026-27940).
            ([1 << 32, 1 << 32], 0, "multiply to more than 2^63"),
            ([1 << 31, 1 << 31, 1 << 31, 1 << 31], 0, "multiply to more than 2^63"),
            // 2^64 + 64 elements wrap to 64, which would fit.
            ([64, 288_230_376_151_711_745, 64], 0, "multiply to more than 2^63"),
            // Elements fit, bytes do not: 2^62 of 4 bytes.
            ([1 << 31, 1 << 31], 0, "multiply to more than 2^63"),
            ([UInt64(Int64.max)], 24, "multiply to more than 2^63"),
            ([1 << 40], 24, "would end past the file's"),
            ([65, 3], 3, "start with 65, not a multiple of the 32 elements of a Q4_1 block"),
            ([128], 12, "start with 128, not a multiple of the 256 elements of a Q4_K block"),
            ([], 12, "start with 1, not a multiple"),
        ] as [([UInt64], UInt32, String)])
    func `dimensions whose product is impossible are refused`(dimensions: [UInt64], type: UInt32, text: String) {
        let image = GGUFImage.base(tensors: [.init(name: "t", dimensions: dimensions, type: type, offset: 0, bytes: 4096)])
        expectRefusal(image.bytes, text)
        expectRefusal(image.bytes, "tensor 't'")
    }

    @Test func `in a file of any claimed size products and sums are still checked`() {
        for size in [1 << 62, UInt64(Int64.max), UInt64.max] {
            let wrapping = GGUFImage.base(tensors: [.init(name: "t", dimensions: [1 << 32, 1 << 32], type: 24, offset: 0, bytes: 0)])
            expectRefusal(MemorySource(wrapping.bytes + [UInt8](repeating: 0, count: 1 << 19), claimedSize: size), "multiply to more")
            let far = GGUFImage.base(tensors: [.init(name: "t", dimensions: [32], type: 0, offset: .max - 31, bytes: 0)])
            expectRefusal(MemorySource(far.bytes + [UInt8](repeating: 0, count: 1 << 19), claimedSize: size), "would end past the file's")
        }
    }

    @Test(
        arguments: [
            ("general.architecture", .u32(1), "general.architecture is 1, and must be a string"),
            ("general.architecture", .text("a b"), "general.architecture is 'a b'"),
            ("general.architecture", .text(""), "general.architecture is ''"),
            ("general.architecture", .text("\u{1b}[2J"), "general.architecture is '?[2J'"),
            ("general.name", .list(of: 8, []), "general.name is an array of 0 string, and must be a string"),
            ("general.name", .raw(type: 8, [2, 0, 0, 0, 0, 0, 0, 0, 0xC3, 0x28]), "general.name is not UTF-8"),
            ("general.file_type", .text("Q4_1"), "general.file_type is a string, and must be an integer"),
            ("general.languages", .text("en"), "general.languages is a string, and must be an array of string"),
            ("general.license", .f32(1), "general.license is a float32, and must be a string"),
            ("llama.context_length", .text("8192"), "llama.context_length is a string, and must be an integer from 0 to 2147483647"),
            ("llama.context_length", .i32(-1), "llama.context_length is -1, and must be an integer"),
            ("llama.context_length", .u64(1 << 31), "llama.context_length is 2147483648, and must be an integer"),
            ("llama.context_length", .list(of: 4, [.u32(1)]), "llama.context_length is an array of 1 uint32, and must be an integer"),
            ("llama.attention.head_count", .list(of: 6, [.f32(1)]), "llama.attention.head_count is an array of 1 float32"),
            ("llama.attention.head_count", .list(of: 5, [.i32(1), .i32(-1)]), "llama.attention.head_count is an array of 2 int32"),
            ("tokenizer.ggml.tokens", .list(of: 4, []), "tokenizer.ggml.tokens is an array of 0 uint32, and must be an array of string"),
            ("tokenizer.ggml.scores", .list(of: 0, [.u8(0), .u8(0), .u8(0)]), "tokenizer.ggml.scores is an array of 3 uint8"),
            ("tokenizer.ggml.scores", .list(of: 6, [.f32(0), .f32(0)]), "tokenizer.ggml.scores has 2 elements for 3 tokens"),
            ("tokenizer.ggml.bos_token_id", .u64(1 << 32), "tokenizer.ggml.bos_token_id is 4294967296"),
            ("tokenizer.ggml.add_bos_token", .bool(2), "tokenizer.ggml.add_bos_token is 2, and a bool is 0 or 1"),
            ("tokenizer.chat_template", .u8(0), "tokenizer.chat_template is 0, and must be a string"),
        ] as [(String, GGUFImage.Value, String)])
    func `a known key with another kind of value is refused`(key: String, value: GGUFImage.Value, text: String) {
        let image = GGUFImage.base(replacing: key, with: value)
        expectRefusal(image.bytes, " at byte \(image[key]): \(text)")
    }

    @Test(
        arguments: [
            (.u64(32), "is of type uint64, and must be uint32"), (.text("32"), "is of type string"), (.u32(0), "is 0, not a power of two"),
            (.u32(4), "is 4, not a power of two from 8 to 65536"), (.u32(48), "is 48, not"), (.u32(131_072), "is 131072, not"),
            (.u32(.max), "is 4294967295, not"),
        ] as [(GGUFImage.Value, String)])
    func `a bad alignment is refused`(value: GGUFImage.Value, text: String) {
        let image = GGUFImage.base(adding: [("general.alignment", value)])
        expectRefusal(image.bytes, " at byte \(image["general.alignment"]): general.alignment \(text)")
    }

    @Test func `a tensor whose end wraps around to the start of the file is refused`() {
        var image = GGUFImage.base()
        // 32 bytes before 2^64, and 256 bytes long: it would end at byte 224.
        image.put(0 &- UInt64(image["data"]) &- 32, at: image["norm.offset"])
        expectRefusal(image.bytes, " at byte \(image["norm.offset"]): offset of tensor 'norm'")
    }

    @Test func `keys and names that stand twice or hold control characters are refused`() {
        expectRefusal(GGUFImage.base(adding: [("general.name", .u8(1))]).bytes, "metadata[16].key 'general.name' stands twice")
        expectRefusal(GGUFImage.base(adding: [("general.n\u{0}", .u8(1))]).bytes, "metadata[16].key has a character")
        expectRefusal(GGUFImage.base(adding: [("general.\u{212A}", .u8(1))]).bytes, "metadata[16].key has a character")
        var tensors = GGUFImage.baseTensors
        tensors[1].name = "embd"
        expectRefusal(GGUFImage.base(tensors: tensors).bytes, "tensor[1].name 'embd' stands twice")
        for name in ["", "a\u{0}b", "a\u{1b}[2J", "a\u{202E}b"] {
            tensors[1].name = name
            expectRefusal(GGUFImage.base(tensors: tensors).bytes, "tensor[1].name is empty or has control characters")
        }
    }

    @Test func `what is no whole model is refused`() {
        expectRefusal(GGUFImage.base(replacing: "general.architecture").bytes, "general.architecture is missing")
        expectRefusal(GGUFImage.base(tensors: []).bytes, "tensor_count is 0")
        expectRefusal(GGUFImage.base(adding: [("split.count", .u32(3))]).bytes, "split.count is 3")
    }

    @Test func `a header above the limits is refused`() {
        let bytes = GGUFImage.base().bytes
        func limits(_ change: (inout GGUFLimits) -> Void) -> GGUFLimits {
            var limits = GGUFLimits.default
            change(&limits)
            return limits
        }
        expectRefusal(bytes, limits: limits { $0.headerBytes = 500 }, "would pass the limit of 500 bytes for a header")
        expectRefusal(bytes, limits: limits { $0.tensors = 1 }, "tensor_count is 2, above the limit of 1")
        expectRefusal(bytes, limits: limits { $0.metadataKeys = 15 }, "metadata_kv_count is 16, above the limit of 15")
        expectRefusal(bytes, limits: limits { $0.arrayElements = 2 }, "length of tokenizer.ggml.tokens is 3, above the limit of 2")
        expectRefusal(bytes, limits: limits { $0.stringBytes = 4 }, "length of general.architecture is 5, above the limit of 4")
        let merges = GGUFImage.base(adding: [("tokenizer.ggml.merges", .list(of: 8, [.text("a b"), .text("fifteen letters")]))]).bytes
        expectRefusal(merges, limits: limits { $0.stringBytes = 14 }, "length of tokenizer.ggml.merges[1] is 15, above the limit of 14")
        expectRefusal(bytes, limits: limits { $0.stringBytes = 13 }, "length of tokenizer.chat_template is 14, above the limit of 13")
    }
}
