/// What of a model's file decides how much memory it takes.
public struct MemoryShape: Sendable, Equatable {
    /// One layer's part of the key-value cache.
    public struct Layer: Sendable, Equatable {
        /// Elements of keys and values that are kept for one token.
        public var elementsPerToken: UInt64
        /// The layer looks back no further than so many tokens; nil: to the beginning.
        public var window: UInt64?
    }

    public var tensors: [GGUFTensor]
    /// Bytes before the first tensor.
    public var headerBytes: UInt64
    public var alignment: UInt64
    public var layers: [Layer]
    public var embeddingLength: UInt64
    /// Elements between the two halves of a feed-forward layer, of all experts that work on one token.
    public var feedForwardLength: UInt64
    public var headCount: UInt64
    /// Elements of all query heads together.
    public var queryLength: UInt64
    public var vocabularySize: UInt64
    /// Bytes that recurrent layers keep for one request.
    public var stateBytes: UInt64

    public init(_ header: GGUFHeader) {
        let architecture = header.string("general.architecture") ?? ""
        let fields = LayerFields(header, architecture)
        tensors = header.tensors
        headerBytes = header.dataOffset
        alignment = header.alignment
        embeddingLength = fields.count("embedding_length") ?? 0
        let expert = (fields.count("expert_feed_forward_length") ?? 0).limitedProduct(fields.count("expert_used_count") ?? 0)
        feedForwardLength = max(fields.count("feed_forward_length") ?? 0, expert)
        headCount = max(1, fields.count("attention.head_count") ?? 1)
        let headLength = fields.count("attention.key_length") ?? embeddingLength / headCount
        queryLength = headCount.limitedProduct(headLength)
        vocabularySize = header.count("tokenizer.ggml.tokens") ?? fields.count("vocab_size") ?? 0
        layers = fields.layers(defaultHeadLength: embeddingLength / headCount)
        let recurrent = (fields.count("ssm.inner_size") ?? 0).limitedProduct(
            (fields.count("ssm.state_size") ?? 0) + (fields.count("ssm.conv_kernel") ?? 0))
        stateBytes = recurrent.limitedProduct(4).limitedProduct(UInt64(layers.count { $0.elementsPerToken == 0 }))
    }
}

/// Reads what may differ from layer to layer.
private struct LayerFields {
    private let header: GGUFHeader
    private let architecture: String

    init(_ header: GGUFHeader, _ architecture: String) {
        self.header = header
        self.architecture = architecture
    }

    func count(_ suffix: String) -> UInt64? { header.integer("\(architecture).\(suffix)") }

    func layers(defaultHeadLength: UInt64) -> [MemoryShape.Layer] {
        // llama.cpp takes 512 layers at most.
        let count = Int(min(512, count("block_count") ?? 0))
        return (0..<count).map { layer in
            let heads = value("attention.head_count_kv", layer) ?? value("attention.head_count", layer) ?? 1
            let key = value("attention.key_length", layer) ?? defaultHeadLength
            let length = value("attention.value_length", layer) ?? defaultHeadLength
            return MemoryShape.Layer(
                elementsPerToken: heads.limitedProduct(key.limitedSum(length)),
                window: isWindowed(layer) ? value("attention.sliding_window", layer) : nil)
        }
    }

    private func value(_ suffix: String, _ layer: Int) -> UInt64? {
        guard let value = header.metadata["\(architecture).\(suffix)"]?.value else { return nil }
        guard case .array(let array) = value else { return value.integer }
        guard let elements = array.elements, elements.indices.contains(layer) else { return nil }
        return elements[layer].integer
    }

    /// Whether a layer's cache is cut to the window. The file says it for newer models; for older ones it is written in llama.cpp's
    /// llama-model.cpp (`set_swa_pattern`). An architecture that is not known there counts as one that keeps everything, which is too much and
    /// never too little.
    private func isWindowed(_ layer: Int) -> Bool {
        guard (value("attention.sliding_window", layer) ?? 0) > 0 else { return false }
        let pattern = header.metadata["\(architecture).attention.sliding_window_pattern"]?.value
        if case .array(let array) = pattern, let elements = array.elements, elements.indices.contains(layer) {
            if case .bool(let isWindowed) = elements[layer] { return isWindowed }
            return elements[layer].integer.map { $0 > 0 } ?? false
        }
        guard let period = pattern?.integer ?? Self.periods[architecture], period > 0 else { return false }
        return UInt64(layer) % period < period - 1
    }

    /// Of so many layers, the last looks back to the beginning.
    private static let periods: [String: UInt64] = [
        "gemma2": 2, "gemma3": 6, "gemma-embedding": 6, "gemma3n": 5, "cohere2": 4, "gpt-oss": 2, "exaone4": 4, "olmo2": 4,
    ]
}

extension UInt64 {
    /// The product; the largest number when it is larger. What a file says may be absurd, and is then answered with "does not fit".
    func limitedProduct(_ other: UInt64) -> UInt64 {
        let (product, overflow) = multipliedReportingOverflow(by: other)
        return overflow ? .max : product
    }

    func limitedSum(_ other: UInt64) -> UInt64 {
        let (sum, overflow) = addingReportingOverflow(other)
        return overflow ? .max : sum
    }
}
