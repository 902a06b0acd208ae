/// How much of a GGUF header is believed. All are ceilings for one file; the real ones found in public models are far below.
public struct GGUFLimits: Sendable, Equatable {
    /// Bytes of the whole header, tokenizer included. A vocabulary of 262,144 tokens takes 7 MB.
    public var headerBytes: UInt64 = 64 << 20
    public var metadataKeys: UInt64 = 4096
    public var tensors: UInt64 = 65_536
    /// Bytes of one key; the GGUF specification's own bound.
    public var keyBytes: UInt64 = 65_535
    /// Bytes of a tensor's name: llama.cpp refuses 64 and more (GGML_MAX_NAME).
    public var tensorNameBytes: UInt64 = 63
    public var stringBytes: UInt64 = 1 << 20
    public var arrayElements: UInt64 = 4 << 20
    /// Arrays inside arrays; llama.cpp itself takes one level.
    public var arrayDepth = 3
    /// GGML_MAX_DIMS.
    public var dimensions: UInt32 = 4
    public var alignment: UInt64 = 65_536
    /// Numbers of an array that are kept: one for each layer of the deepest model llama.cpp takes (LLAMA_MAX_LAYERS). Longer arrays are counted.
    public var keptNumbers: UInt64 = 512
    /// Strings of an array that are kept (tags, languages). Longer arrays, and every list of tokens, are counted.
    public var keptStrings: UInt64 = 64
    /// Bytes read at a time.
    public var windowBytes = 256 << 10

    public init() {}

    public static let `default` = GGUFLimits()
}
