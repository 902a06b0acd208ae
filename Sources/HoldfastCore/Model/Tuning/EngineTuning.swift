/// How an engine computes a model, in the settings that `holdfast model tune` chooses.
public struct EngineTuning: Sendable, Hashable, Codable, CustomStringConvertible {
    /// What the keys and values of a context are kept in.
    public enum CacheType: String, Sendable, Codable, CaseIterable {
        case f16
        /// Half the memory; answers are no longer, to the last word, those of 16 bits.
        case q8 = "q8_0"

        /// Bytes that so many elements take: 8 bits come in blocks of 32, each with a scale of 16.
        public func bytes(of elements: UInt64) -> UInt64 {
            switch self {
            case .f16: elements.limitedProduct(2)
            case .q8: elements.limitedProduct(34) / 32
            }
        }
    }

    /// Guessing the next tokens from what was said before, by llama.cpp's names: right guesses are checked sooner than they are computed, and
    /// wrong ones change no answer.
    public enum Speculation: String, Sendable, Codable, CaseIterable {
        case off = "none"
        case simple = "ngram-simple"
        case map = "ngram-map-k"
        case mod = "ngram-mod"
    }

    /// Threads for an answer's tokens; nil for the engine's own number.
    public var threads: Int?
    /// Threads for a prompt; nil for the engine's own number.
    public var batchThreads: Int?
    /// Tokens of a prompt computed at once.
    public var microBatchSize: Int
    public var flashAttention: Bool
    public var cacheType: CacheType
    public var speculation: Speculation

    public init(
        threads: Int? = nil, batchThreads: Int? = nil, microBatchSize: Int, flashAttention: Bool, cacheType: CacheType = .f16,
        speculation: Speculation = .off
    ) {
        self.threads = threads
        self.batchThreads = batchThreads
        self.microBatchSize = microBatchSize
        self.flashAttention = flashAttention
        self.cacheType = cacheType
        self.speculation = speculation
    }

    /// `2 threads (prompts 1), micro-batch 128, flash attention`.
    public var description: String {
        var words: [String] = []
        switch (threads, batchThreads) {
        case (nil, nil): break
        case (let threads?, let batch) where batch == nil || batch == threads: words.append("\(threads) thread\(threads == 1 ? "" : "s")")
        case (let threads, let batch):
            words.append(
                "threads: \(threads.map(String.init) ?? "engine's") for answers, \(batch.map(String.init) ?? "engine's") for prompts")
        }
        words.append("micro-batch \(microBatchSize)")
        words.append(flashAttention ? "flash attention" : "no flash attention")
        if cacheType != .f16 { words.append("keys and values in \(cacheType.rawValue)") }
        if speculation != .off { words.append("speculation \(speculation.rawValue)") }
        return words.joined(separator: ", ")
    }

    enum CodingKeys: String, CodingKey {
        case threads, speculation
        case batchThreads = "batch_threads"
        case microBatchSize = "micro_batch"
        case flashAttention = "flash_attention"
        case cacheType = "cache_type"
    }
}

/// One engine program: another one computes differently, and at another speed.
public struct EngineBuild: Sendable, Hashable, Codable {
    /// Of the executable.
    public var digest: SHA256Digest
    /// As its installer wrote it.
    public var version: String

    public init(digest: SHA256Digest, version: String) {
        self.digest = digest
        self.version = version
    }
}
