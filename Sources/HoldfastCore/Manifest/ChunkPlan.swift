import HoldfastCrypto

/// Where a file is cut, so that what two models have in common is the same chunks in both: at each tensor's beginning, and within a tensor every
/// four MiB. Offsets play no part: a tensor that moved is the same tensor.
public struct ChunkPlan: Sendable, Equatable {
    public static let maximumBytes: Int64 = 4 << 20

    /// Bytes of each chunk, in the file's order; none is empty.
    public let sizes: [Int64]

    /// The bytes before the first tensor are cut as a tensor is; those that fill up to the next alignment belong to the tensor before them.
    public init(_ header: GGUFHeader) {
        let starts = header.tensors.map { header.dataOffset + $0.offset }
        self.init(size: header.fileSize, starts: starts + [min(header.dataOffset, header.fileSize)])
    }

    /// A file that is cut by its size alone.
    public init(size: UInt64) { self.init(size: size, starts: []) }

    private init(size: UInt64, starts: [UInt64]) {
        let bounds = Set(starts + [0, size]).filter { $0 <= size }.sorted()
        var sizes: [Int64] = []
        for (start, end) in zip(bounds, bounds.dropFirst()) {
            var left = Int64(end - start)
            while left > 0 {
                sizes.append(min(left, Self.maximumBytes))
                left -= Self.maximumBytes
            }
        }
        self.sizes = sizes
    }

    /// Reads the whole file once.
    /// - Throws: ``HoldfastError`` `model_invalid` when the file is shorter than it was; and what `source` throws, unchanged.
    public func digest(_ source: some RandomAccessBytes) throws -> (file: SHA256Digest, chunks: [Manifest.Chunk]) {
        var whole = SHA256Hasher()
        var offset: UInt64 = 0
        let chunks = try sizes.map { size in
            let bytes = try source.read(at: offset, count: Int(size))
            guard bytes.count == Int(size) else {
                throw HoldfastError(.modelInvalid, "The file became shorter while it was read.", hint: "run the same command again")
            }
            offset += UInt64(size)
            whole.update(bytes)
            return Manifest.Chunk(digest: try Self.digest(SHA256.hash(bytes)), size: size)
        }
        return (try Self.digest(whole.finalize()), chunks)
    }

    private static func digest(_ bytes: [UInt8]) throws -> SHA256Digest {
        guard let digest = SHA256Digest(bytes: bytes) else { throw HoldfastError(.internalError, "SHA-256 gave no digest.") }
        return digest
    }
}

extension ChunkPlan {
    /// Bytes of `chunks` that need not be fetched where all of `known` is present, and bytes in all. A chunk that comes twice is fetched once.
    public static func saving(of chunks: [Manifest.Chunk], knowing known: [Manifest.Chunk]) -> (saved: Int64, total: Int64) {
        var present = Set(known.map(\.digest))
        var saved: Int64 = 0
        for chunk in chunks where !present.insert(chunk.digest).inserted { saved += chunk.size }
        return (saved, chunks.reduce(0) { $0 + $1.size })
    }
}
