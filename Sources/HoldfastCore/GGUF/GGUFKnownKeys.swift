/// The keys Holdfast or an engine relies on, and what may stand under them. Keys not named here may hold anything.
enum GGUFKnownKeys {
    private enum Expectation {
        case string
        /// 0 to 2^31 - 1, of any width: llama.cpp counts with signed 32-bit numbers.
        case count
        /// The same, or an array with one for each layer.
        case countPerLayer
        /// 0 to 2^32 - 1.
        case identifier
        case array(GGUFValueType)
    }

    private static let fixed: [(key: String, Expectation)] =
        [
            "general.architecture", "general.name", "general.type", "general.license", "general.license.name", "general.license.link",
            "tokenizer.ggml.model", "tokenizer.ggml.pre", "tokenizer.chat_template",
        ].map { ($0, .string) } + [
            ("general.file_type", .identifier), ("general.languages", .array(.string)), ("split.count", .count),
            ("tokenizer.ggml.tokens", .array(.string)), ("tokenizer.ggml.merges", .array(.string)),
            ("tokenizer.ggml.scores", .array(.float32)), ("tokenizer.ggml.token_type", .array(.int32)),
            ("tokenizer.ggml.bos_token_id", .identifier), ("tokenizer.ggml.eos_token_id", .identifier),
        ]

    /// After `ARCHITECTURE.`.
    private static let ofArchitecture: [(suffix: String, Expectation)] = [
        ("context_length", .count), ("embedding_length", .count), ("block_count", .count), ("vocab_size", .count),
        ("attention.head_count", .countPerLayer), ("attention.head_count_kv", .countPerLayer), ("attention.key_length", .countPerLayer),
        ("attention.value_length", .countPerLayer), ("attention.sliding_window", .countPerLayer),
    ]

    static func check(_ metadata: [String: GGUFEntry]) throws {
        for (key, expectation) in fixed { try check(metadata[key], key, expectation) }
        try checkVocabulary(metadata)
        guard let entry = metadata["general.architecture"], case .string(let architecture) = entry.value else { return }
        guard (1...64).contains(architecture.utf8.count), architecture.utf8.allSatisfy(isNameByte) else {
            throw GGUFRefusal.error(
                "general.architecture", at: entry.offset,
                "is '\(GGUFRefusal.printable(architecture))': 1 to 64 letters, digits, '.', '_' and '-' are expected")
        }
        for (suffix, expectation) in ofArchitecture {
            let key = "\(architecture).\(suffix)"
            try check(metadata[key], key, expectation)
        }
    }

    /// An engine reads a score and a type for each token, as far as there are tokens: a shorter array would be read past its end.
    private static func checkVocabulary(_ metadata: [String: GGUFEntry]) throws {
        guard case .array(let tokens) = metadata["tokenizer.ggml.tokens"]?.value else { return }
        for key in ["tokenizer.ggml.scores", "tokenizer.ggml.token_type"] {
            guard let entry = metadata[key], case .array(let array) = entry.value, array.count < tokens.count else { continue }
            throw GGUFRefusal.error(key, at: entry.offset, "has \(array.count) elements for \(tokens.count) tokens")
        }
    }

    /// `general.alignment`, or the 32 bytes the specification gives to a file without it.
    static func alignment(_ metadata: [String: GGUFEntry], limits: GGUFLimits) throws -> UInt64 {
        guard let entry = metadata["general.alignment"] else { return 32 }
        guard entry.type == .uint32, let alignment = entry.value.integer else {
            throw GGUFRefusal.error("general.alignment", at: entry.offset, "is of type \(entry.type), and must be uint32")
        }
        guard alignment >= 8, alignment <= limits.alignment, alignment.nonzeroBitCount == 1 else {
            throw GGUFRefusal.error(
                "general.alignment", at: entry.offset, "is \(alignment), not a power of two from 8 to \(limits.alignment)")
        }
        return alignment
    }

    private static func check(_ entry: GGUFEntry?, _ key: String, _ expectation: Expectation) throws {
        guard let entry else { return }
        let what: String
        switch (expectation, entry.value) {
        case (.string, .string): return
        case (.array(let type), .array(let array)) where array.elementType == type: return
        case (.count, let value), (.countPerLayer, let value):
            if isCount(value) { return }
            if case .countPerLayer = expectation, case .array(let array) = value, array.elements?.allSatisfy(isCount) == true { return }
            what = "an integer from 0 to 2147483647"
        case (.identifier, let value):
            if let number = value.integer, number <= UInt64(UInt32.max) { return }
            what = "an integer from 0 to 4294967295"
        case (.string, _): what = "a string"
        case (.array(let type), _): what = "an array of \(type)"
        }
        throw GGUFRefusal.error(key, at: entry.offset, "is \(describe(entry)), and must be \(what)")
    }

    private static func isCount(_ value: GGUFValue) -> Bool {
        value.integer.map { $0 <= UInt64(Int32.max) } ?? false
    }

    private static func describe(_ entry: GGUFEntry) -> String {
        switch entry.value {
        case .unsigned(let value): "\(value)"
        case .signed(let value): "\(value)"
        case .array(let array): "an array of \(array.count) \(array.elementType)"
        case .float, .bool, .string: "a \(entry.type)"
        }
    }

    private static func isNameByte(_ byte: UInt8) -> Bool {
        (48...57).contains(byte) || (65...90).contains(byte) || (97...122).contains(byte) || byte == 46 || byte == 95 || byte == 45
    }
}
