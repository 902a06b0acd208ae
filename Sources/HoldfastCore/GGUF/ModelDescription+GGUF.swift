extension ModelDescription {
    /// Bytes of a chat template that is kept; a longer one stays in the file and ``hasChatTemplate`` is true.
    static let chatTemplateLimit = 256 << 10
    /// Bytes of a name, licence or link that are kept.
    private static let textLimit = 1024

    /// Reads and checks the header of a GGUF file, and tells what the model is.
    /// - Throws: ``HoldfastError`` `model_invalid` with the field and its byte offset; and what `source` throws, unchanged.
    public static func describe(_ source: some RandomAccessBytes, limits: GGUFLimits = .default) throws -> ModelDescription {
        try ModelDescription(header: GGUFReader.read(source, limits: limits))
    }

    /// - Throws: ``HoldfastError`` `model_invalid` when the file is sound, but no whole model: no architecture, no tensors, or one part of several.
    public init(header: GGUFHeader) throws {
        guard let architecture = header.string("general.architecture") else {
            throw GGUFRefusal.error(
                "general.architecture", at: 24, "is missing: the metadata that starts here does not say what model this is")
        }
        guard !header.tensors.isEmpty else { throw GGUFRefusal.error("tensor_count", at: 8, "is 0: a model without weights cannot be run") }
        if let parts = header.integer("split.count"), parts > 1, let entry = header.metadata["split.count"] {
            throw GGUFRefusal.error("split.count", at: entry.offset, "is \(parts): join the parts with llama-gguf-split --merge first")
        }
        var tensorTypes: [String: TensorTypeUse] = [:]
        var parameters: UInt64 = 0
        for tensor in header.tensors {
            // Tensors do not overlap and a block has at most 256 elements: both sums stay below 2^8 times the file's size, and are checked all the same.
            let (sum, overflow) = parameters.addingReportingOverflow(tensor.elementCount)
            guard !overflow else { throw GGUFRefusal.error("tensor_count", at: 8, "announces tensors of more than 2^64 elements") }
            parameters = sum
            tensorTypes[tensor.type.name, default: TensorTypeUse()].count += 1
            tensorTypes[tensor.type.name, default: TensorTypeUse()].bytes += tensor.byteCount
        }
        func count(_ suffix: String) -> Int? { header.integer("\(architecture).\(suffix)").map(Int.init(clamping:)) }
        let template = header.string("tokenizer.chat_template")

        self.init(
            format: "gguf", architecture: architecture, name: Self.text(header.string("general.name")), parameters: parameters,
            quantization: Self.quantization(header, tensorTypes), tensorTypes: tensorTypes, sizeBytes: header.fileSize)
        contextLength = count("context_length")
        embeddingLength = count("embedding_length")
        blockCount = count("block_count")
        headCount = count("attention.head_count")
        headCountKV = count("attention.head_count_kv")
        keyLength = count("attention.key_length")
        valueLength = count("attention.value_length")
        slidingWindow = count("attention.sliding_window")
        hasChatTemplate = template != nil
        chatTemplate = template.flatMap { $0.utf8.count <= Self.chatTemplateLimit ? $0 : nil }
        tokenizer = Self.tokenizer(header, vocabularyKey: "\(architecture).vocab_size")
        licence = Self.licence(header)
        languages = header.strings("general.languages")?.compactMap(Self.text)
    }

    private static func quantization(_ header: GGUFHeader, _ types: [String: TensorTypeUse]) -> String {
        if let number = header.integer("general.file_type"), let label = GGUFFileType.label(number) { return label }
        // By name where the bytes are equal, so that the answer does not depend on hashing.
        return types.max { ($0.value.bytes, $1.key) < ($1.value.bytes, $0.key) }?.key ?? "unknown"
    }

    private static func tokenizer(_ header: GGUFHeader, vocabularyKey: String) -> Tokenizer? {
        guard let model = text(header.string("tokenizer.ggml.model")) else { return nil }
        let size = header.count("tokenizer.ggml.tokens") ?? header.integer(vocabularyKey)
        // Tools write 2^32 - 1 for "none".
        func token(_ key: String) -> Int? {
            guard let number = header.integer(key), size.map({ number < $0 }) ?? true else { return nil }
            return Int(clamping: number)
        }
        return Tokenizer(
            model: model, pre: text(header.string("tokenizer.ggml.pre")), vocabularySize: size.map(Int.init(clamping:)),
            bosTokenID: token("tokenizer.ggml.bos_token_id"), eosTokenID: token("tokenizer.ggml.eos_token_id"))
    }

    private static func licence(_ header: GGUFHeader) -> Licence? {
        let licence = Licence(
            id: text(header.string("general.license")), name: text(header.string("general.license.name")),
            link: text(header.string("general.license.link")))
        return licence == Licence() ? nil : licence
    }

    /// Text for people, from a file that may want to write to their terminal: control characters become spaces.
    private static func text(_ text: String?) -> String? {
        guard let text else { return nil }
        var result = String.UnicodeScalarView()
        var bytes = 0
        for scalar in text.unicodeScalars {
            bytes += UTF8.width(scalar)
            guard bytes <= textLimit else { break }
            result.append(GGUFRefusal.isControl(scalar) ? " " : scalar)
        }
        return String(result)
    }
}
