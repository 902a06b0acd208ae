/// What a model is, as its file says: stored in the registry as JSON and shown by `holdfast model show --json`.
///
/// Absent values are absent keys. Names, licences and languages come from the file and are free of control characters; the chat template is as
/// it stands in the file.
public struct ModelDescription: Codable, Sendable, Equatable {
    /// `gguf`.
    public var format: String
    /// `general.architecture`, for instance `llama`.
    public var architecture: String
    public var name: String?
    /// The elements of all tensors.
    public var parameters: UInt64
    public var modelClass: ModelClass
    /// As llama.cpp's tools call the whole file, for instance `Q4_K_M`; without `general.file_type` the tensor type with the most bytes.
    public var quantization: String
    /// By ggml's name of the type, for instance `Q4_1`.
    public var tensorTypes: [String: TensorTypeUse]
    /// Tokens.
    public var contextLength: Int?
    public var embeddingLength: Int?
    public var blockCount: Int?
    /// The largest of any layer, where layers differ; so for the next four.
    public var headCount: Int?
    public var headCountKV: Int?
    public var keyLength: Int?
    public var valueLength: Int?
    /// Tokens.
    public var slidingWindow: Int?
    public var hasChatTemplate: Bool
    /// nil also for one longer than 256 KiB.
    public var chatTemplate: String?
    public var tokenizer: Tokenizer?
    public var licence: Licence?
    /// As the file gives them, mostly ISO 639 codes.
    public var languages: [String]?
    /// Bytes of the whole file.
    public var sizeBytes: UInt64

    public init(
        format: String, architecture: String, name: String? = nil, parameters: UInt64, quantization: String,
        tensorTypes: [String: TensorTypeUse] = [:], sizeBytes: UInt64
    ) {
        self.format = format
        self.architecture = architecture
        self.name = name
        self.parameters = parameters
        self.modelClass = ModelClass(parameters: parameters)
        self.quantization = quantization
        self.tensorTypes = tensorTypes
        self.hasChatTemplate = false
        self.sizeBytes = sizeBytes
    }

    enum CodingKeys: String, CodingKey {
        case format, architecture, name, parameters, quantization, tokenizer, licence, languages
        case modelClass = "class"
        case tensorTypes = "tensor_types"
        case contextLength = "context_length"
        case embeddingLength = "embedding_length"
        case blockCount = "block_count"
        case headCount = "head_count"
        case headCountKV = "head_count_kv"
        case keyLength = "key_length"
        case valueLength = "value_length"
        case slidingWindow = "sliding_window"
        case hasChatTemplate = "has_chat_template"
        case chatTemplate = "chat_template"
        case sizeBytes = "size_bytes"
    }
}

extension ModelDescription {
    /// How much of a file is of one tensor type.
    public struct TensorTypeUse: Codable, Sendable, Equatable {
        /// Tensors.
        public var count: Int
        public var bytes: UInt64

        public init(count: Int = 0, bytes: UInt64 = 0) {
            self.count = count
            self.bytes = bytes
        }
    }

    public struct Tokenizer: Codable, Sendable, Equatable {
        /// `tokenizer.ggml.model`, for instance `gpt2`.
        public var model: String
        /// `tokenizer.ggml.pre`: the pre-tokenizer.
        public var pre: String?
        /// Tokens.
        public var vocabularySize: Int?
        public var bosTokenID: Int?
        public var eosTokenID: Int?

        public init(
            model: String, pre: String? = nil, vocabularySize: Int? = nil, bosTokenID: Int? = nil, eosTokenID: Int? = nil
        ) {
            self.model = model
            self.pre = pre
            self.vocabularySize = vocabularySize
            self.bosTokenID = bosTokenID
            self.eosTokenID = eosTokenID
        }

        enum CodingKeys: String, CodingKey {
            case model, pre
            case vocabularySize = "vocabulary_size"
            case bosTokenID = "bos_token_id"
            case eosTokenID = "eos_token_id"
        }
    }

    public struct Licence: Codable, Sendable, Equatable {
        /// `general.license`, mostly an SPDX identifier.
        public var id: String?
        public var name: String?
        public var link: String?

        public init(id: String? = nil, name: String? = nil, link: String? = nil) {
            self.id = id
            self.name = name
            self.link = link
        }
    }
}

/// How large a model is, by its parameters; policies and memory admission speak of classes.
public enum ModelClass: String, Codable, Sendable, CaseIterable {
    /// Below 1.5 billion.
    case micro
    /// Below 14 billion.
    case small
    /// To 30 billion, inclusive.
    case medium
    /// Above.
    case large

    public init(parameters: UInt64) {
        switch parameters {
        case ..<1_500_000_000: self = .micro
        case ..<14_000_000_000: self = .small
        case ...30_000_000_000: self = .medium
        default: self = .large
        }
    }
}
