/// The memory that an engine with a model takes, by arithmetic: of llama-server on a CPU, as measured against it (docs/benchmarks.md).
public struct MemoryFootprint: Sendable, Equatable, Codable {
    /// The file, mapped; its pages are the kernel's to take back while memory is short, at the price of reading them again.
    public var weightsBytes: Int64
    /// Copies of weights in another order, which make some quantizations fast on this kind of CPU.
    public var repackedBytes: Int64
    /// Keys and values of every token of every slot, in 16 bits unless a choice says 8; and what recurrent layers keep.
    public var cacheBytes: Int64
    /// What one batch takes while it is computed.
    public var computeBytes: Int64
    /// The program, its vocabulary and what each slot needs to choose a token.
    public var overheadBytes: Int64

    public var totalBytes: Int64 {
        [weightsBytes, repackedBytes, cacheBytes, computeBytes, overheadBytes].reduce(0) { sum, part in
            let (total, overflow) = sum.addingReportingOverflow(part)
            return overflow ? .max : total
        }
    }

    public init(weightsBytes: Int64, repackedBytes: Int64, cacheBytes: Int64, computeBytes: Int64, overheadBytes: Int64) {
        self.weightsBytes = weightsBytes
        self.repackedBytes = repackedBytes
        self.cacheBytes = cacheBytes
        self.computeBytes = computeBytes
        self.overheadBytes = overheadBytes
    }

    enum CodingKeys: String, CodingKey {
        case weightsBytes = "weights_bytes"
        case repackedBytes = "repacked_bytes"
        case cacheBytes = "cache_bytes"
        case computeBytes = "compute_bytes"
        case overheadBytes = "overhead_bytes"
    }
}

/// How an engine is run, as far as memory depends on it.
public struct EngineShape: Sendable, Equatable {
    /// Tokens of one request.
    public var contextLength: Int
    public var slots: Int
    /// Tokens computed at once.
    public var microBatchSize: Int
    public var flashAttention: Bool
    /// Layers with a sliding window keep keys and values of the whole context.
    public var keepsFullWindow: Bool
    public var cacheType: EngineTuning.CacheType

    public init(
        contextLength: Int, slots: Int, microBatchSize: Int, flashAttention: Bool, keepsFullWindow: Bool = false,
        cacheType: EngineTuning.CacheType = .f16
    ) {
        self.contextLength = contextLength
        self.slots = slots
        self.microBatchSize = microBatchSize
        self.flashAttention = flashAttention
        self.keepsFullWindow = keepsFullWindow
        self.cacheType = cacheType
    }
}

extension MemoryFootprint {
    /// llama-server itself with its libraries, without a model: 14 MiB of its own and 10 MiB of mapped code.
    private static let programBytes: UInt64 = 24 << 20
    /// A token's text and attributes in the tables of the vocabulary.
    private static let bytesPerToken: UInt64 = 140
    /// A candidate in each slot's sampler (`llama_token_data`, rounded up), and its logit.
    private static let bytesPerCandidate: UInt64 = 20
    /// Cells of a windowed cache come in steps.
    private static let cellStep: UInt64 = 256

    /// - Parameter quantization: as if the file were of this one; nil as it is.
    public init(_ shape: MemoryShape, run: EngineShape, as quantization: Quantization? = nil) {
        let sizes = shape.tensors.map { tensor in quantization.map { $0.size(of: tensor, in: shape) } ?? TensorSize(tensor) }
        var weights = shape.headerBytes
        var repacked: UInt64 = 0
        for size in sizes {
            weights = weights.limitedSum(size.bytes.limitedSum(shape.alignment - 1) / shape.alignment * shape.alignment)
            if size.isRepacked { repacked = repacked.limitedSum(size.bytes) }
        }
        let (context, slots, batch) = (UInt64(run.contextLength), UInt64(run.slots), UInt64(run.microBatchSize))
        var cache = shape.stateBytes.limitedProduct(slots)
        var widestWindow: UInt64 = 0
        for layer in shape.layers {
            let window = run.keepsFullWindow ? nil : layer.window
            let cells = window.map { Self.cells(window: $0, context: context, batch: batch) } ?? context
            if layer.window != nil { widestWindow = cells }
            cache = cache.limitedSum(run.cacheType.bytes(of: layer.elementsPerToken.limitedProduct(cells).limitedProduct(slots)))
        }
        // Activations of one batch, and the mask of which token sees which.
        let activations = shape.feedForwardLength.limitedProduct(2).limitedSum(shape.embeddingLength.limitedProduct(5))
            .limitedSum(shape.queryLength.limitedProduct(2)).limitedProduct(4)
        var perToken = activations.limitedSum((context + widestWindow) * 2)
        // Without flash attention every head's scores are written out.
        if !run.flashAttention { perToken = perToken.limitedSum(shape.headCount.limitedProduct(context).limitedProduct(4)) }
        let vocabulary = shape.vocabularySize.limitedProduct(Self.bytesPerToken + slots * Self.bytesPerCandidate)
        self.init(
            weightsBytes: Int64(clamping: weights), repackedBytes: Int64(clamping: repacked), cacheBytes: Int64(clamping: cache),
            computeBytes: Int64(clamping: perToken.limitedProduct(batch)),
            overheadBytes: Int64(clamping: Self.programBytes.limitedSum(vocabulary)))
    }

    /// llama.cpp's llama_kv_cache_iswa: the window and one batch more, in steps, and never more than the context.
    private static func cells(window: UInt64, context: UInt64, batch: UInt64) -> UInt64 {
        (min(context, window.limitedSum(batch)).limitedSum(cellStep - 1)) / cellStep * cellStep
    }

    /// The arithmetic, corrected by the most that was ever measured of this model under this engine and these settings. What was measured may not
    /// yet have seen a full batch, so that one is added where the arithmetic says more.
    public func corrected(byPeak measured: Int64?) -> Int64 {
        guard let measured else { return totalBytes }
        return measured >= totalBytes ? measured : min(totalBytes, measured + computeBytes)
    }
}
