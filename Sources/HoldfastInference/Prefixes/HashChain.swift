import HoldfastCrypto

/// One link for each whole block of a sequence, and each stands for all that came before it too: two sequences have their first n links in
/// common exactly when they have their first n blocks in common.
struct HashChain: Sendable, Equatable {
    /// 16 bytes of SHA-256: nobody gains from a collision, since the engine compares tokens itself.
    struct Link: Sendable, Hashable, Codable {
        let high: UInt64
        let low: UInt64
    }

    /// Bytes of rendered text, about 32 tokens.
    static let textBlock = 128
    /// Tokens of four bytes each.
    static let tokenBlock = 16 * 4

    let links: [Link]

    /// - Parameter seed: whose chain this is. Chains of two owners have no link in common, whatever their texts.
    init(_ bytes: some Collection<UInt8>, block: Int, seed: [UInt8]) {
        var links: [Link] = []
        links.reserveCapacity(bytes.count / block)
        var before = SHA256.hash(seed)
        bytes.withContiguousStorageIfAvailable { bytes in
            for start in stride(from: 0, through: bytes.count - block, by: block) {
                var hasher = SHA256Hasher()
                hasher.update(before)
                hasher.update(UnsafeRawBufferPointer(UnsafeBufferPointer(rebasing: bytes[start..<start + block])))
                before = hasher.finalize()
                links.append(Link(before))
            }
        }
        self.links = links
    }

    init(text: [UInt8], seed: [UInt8]) { self.init(text, block: Self.textBlock, seed: seed) }

    init(tokens: [Int32], seed: [UInt8]) {
        self.init(tokens.flatMap { withUnsafeBytes(of: $0.littleEndian, Array.init) }, block: Self.tokenBlock, seed: seed)
    }

    init(links: [Link]) { self.links = links }

    /// Blocks that both begin with.
    func common(with other: HashChain) -> Int {
        // A link stands for its whole past: the last equal one is found by halving.
        var low = 0
        var high = min(links.count, other.links.count)
        while low < high {
            let middle = (low + high + 1) / 2
            if links[middle - 1] == other.links[middle - 1] { low = middle } else { high = middle - 1 }
        }
        return low
    }
}

extension HashChain.Link {
    /// - Parameter digest: at least 16 bytes.
    init(_ digest: [UInt8]) {
        func word(_ bytes: ArraySlice<UInt8>) -> UInt64 { bytes.reduce(0) { $0 << 8 | UInt64($1) } }
        high = word(digest[0..<8])
        low = word(digest[8..<16])
    }
}
