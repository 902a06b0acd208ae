import HoldfastCore

/// A GGUF file in memory that remembers where its fields stand, so that a test can spoil one of them.
struct GGUFImage {
    indirect enum Value {
        case u8(UInt8)
        case u32(UInt32)
        case i32(Int32)
        case u64(UInt64)
        case f32(Float)
        case bool(UInt8)
        case text(String)
        case list(of: UInt32, [Value])
        case raw(type: UInt32, [UInt8])
    }

    struct Tensor {
        var name: String
        var dimensions: [UInt64]
        var type: UInt32
        var offset: UInt64
        /// Bytes written for it.
        var bytes: Int
    }

    var bytes: [UInt8] = []
    /// Byte offsets: `KEY.key`, `KEY.type`, `KEY`, `NAME.name`, `NAME.n_dims`, `NAME.dims`, `NAME.type`, `NAME.offset`, `end`, `data`.
    private(set) var marks: [String: Int] = [:]

    init(version: UInt32 = 3, alignment: Int = 32, metadata: [(String, Value)], tensors: [Tensor]) {
        bytes += Array("GGUF".utf8)
        append(version)
        append(UInt64(tensors.count))
        append(UInt64(metadata.count))
        for (key, value) in metadata {
            mark("\(key).key")
            append(key)
            mark("\(key).type")
            append(Self.type(value))
            mark(key)
            append(value)
        }
        for tensor in tensors {
            mark("\(tensor.name).name")
            append(tensor.name)
            mark("\(tensor.name).n_dims")
            append(UInt32(tensor.dimensions.count))
            mark("\(tensor.name).dims")
            for dimension in tensor.dimensions { append(dimension) }
            mark("\(tensor.name).type")
            append(tensor.type)
            mark("\(tensor.name).offset")
            append(tensor.offset)
        }
        mark("end")
        pad(to: alignment)
        mark("data")
        for tensor in tensors {
            pad(to: alignment)
            bytes += [UInt8](repeating: 0xA5, count: tensor.bytes)
        }
    }

    subscript(mark: String) -> Int { marks[mark]! }

    mutating func put<Number: FixedWidthInteger>(_ number: Number, at offset: Int) {
        withUnsafeBytes(of: number.littleEndian) { bytes.replaceSubrange(offset..<offset + $0.count, with: $0) }
    }

    private mutating func mark(_ name: String) { marks[name] = bytes.count }
    private mutating func pad(to alignment: Int) { while bytes.count % alignment != 0 { bytes.append(0) } }
    private mutating func append(_ number: some FixedWidthInteger) { withUnsafeBytes(of: number.littleEndian) { bytes += $0 } }

    private mutating func append(_ text: String) {
        append(UInt64(text.utf8.count))
        bytes += text.utf8
    }

    private mutating func append(_ value: Value) {
        switch value {
        case .u8(let number), .bool(let number): append(number)
        case .u32(let number): append(number)
        case .i32(let number): append(number)
        case .u64(let number): append(number)
        case .f32(let number): append(number.bitPattern)
        case .text(let text): append(text)
        case .raw(_, let raw): bytes += raw
        case .list(let type, let values):
            append(type)
            append(UInt64(values.count))
            for value in values { append(value) }
        }
    }

    private static func type(_ value: Value) -> UInt32 {
        switch value {
        case .u8: 0
        case .u32: 4
        case .i32: 5
        case .f32: 6
        case .bool: 7
        case .text: 8
        case .list: 9
        case .u64: 10
        case .raw(let type, _): type
        }
    }
}

extension GGUFImage {
    static let baseMetadata: [(String, Value)] = [
        ("general.architecture", .text("llama")),
        ("general.name", .text("Tiny")),
        ("general.file_type", .u32(3)),
        ("general.license", .text("apache-2.0")),
        ("general.languages", .list(of: 8, [.text("en"), .text("de")])),
        ("llama.context_length", .u32(8192)),
        ("llama.embedding_length", .u64(64)),
        ("llama.attention.head_count", .list(of: 4, [.u32(4), .u32(9)])),
        ("llama.rope.freq_base", .f32(10_000)),
        ("tokenizer.ggml.model", .text("gpt2")),
        ("tokenizer.ggml.tokens", .list(of: 8, [.text("<s>"), .text("</s>"), .text("a")])),
        ("tokenizer.ggml.scores", .list(of: 6, [.f32(0), .f32(1), .f32(2)])),
        ("tokenizer.ggml.bos_token_id", .u32(1)),
        ("tokenizer.ggml.eos_token_id", .i32(2)),
        ("tokenizer.ggml.add_bos_token", .bool(1)),
        ("tokenizer.chat_template", .text("{{ messages }}")),
    ]

    static let baseTensors = [
        Tensor(name: "embd", dimensions: [64, 3], type: 3, offset: 0, bytes: 120),
        Tensor(name: "norm", dimensions: [64], type: 0, offset: 128, bytes: 256),
    ]

    /// A small whole model: a Q4_1 matrix of 64 × 3 and an F32 vector of 64. It ends with the last byte of the last tensor.
    static func base(
        version: UInt32 = 3, replacing key: String? = nil, with value: Value? = nil, adding: [(String, Value)] = [],
        tensors: [Tensor] = baseTensors
    ) -> GGUFImage {
        var metadata = baseMetadata.filter { $0.0 != key || value != nil }.map { $0.0 == key ? ($0.0, value ?? $0.1) : $0 }
        metadata += adding
        return GGUFImage(version: version, metadata: metadata, tensors: tensors)
    }
}

/// Bytes in memory that may claim another size.
struct MemorySource: RandomAccessBytes {
    var bytes: [UInt8]
    var claimedSize: UInt64?
    var size: UInt64 { claimedSize ?? UInt64(bytes.count) }

    init(_ bytes: [UInt8], claimedSize: UInt64? = nil) {
        self.bytes = bytes
        self.claimedSize = claimedSize
    }

    func read(at offset: UInt64, count: Int) -> [UInt8] {
        let start = min(Int(clamping: offset), bytes.count)
        return Array(bytes[start..<min(start + count, bytes.count)])
    }
}

/// SplitMix64: the same numbers in every run.
struct GGUFTestRandom: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var value = state
        value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
        value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
        return value ^ (value >> 31)
    }
}
