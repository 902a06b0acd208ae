import HoldfastCrypto

/// A node of the Merkle tree of RFC 6962 §2.1: a SHA-256 digest, 32 bytes inline.
///
/// The words hold the bytes in the order of memory, so that a list of hashes *is* its encoding in a tile.
public struct MerkleHash: Hashable, Sendable {
    public static let byteCount = 32

    private var words: (UInt64, UInt64, UInt64, UInt64) = (0, 0, 0, 0)

    private init() {}

    /// - Returns: nil unless `bytes` are exactly 32.
    public init?(bytes: some Collection<UInt8>) {
        guard bytes.count == Self.byteCount else { return nil }
        withUnsafeMutableBytes(of: &words) { $0.copyBytes(from: bytes) }
    }

    public init(_ digest: SHA256Digest) {
        let bytes = digest.bytes
        withUnsafeMutableBytes(of: &words) { $0.copyBytes(from: bytes) }
    }

    public var bytes: [UInt8] { withUnsafeBytes(of: words) { Array($0) } }
    /// 64 lower-case hexadecimal digits.
    public var hex: String { Hex.encode(bytes) }
    /// As checkpoints and proofs write it, 44 characters.
    public var base64: String { StrictBase64.encode(bytes) }

    public static func == (left: Self, right: Self) -> Bool { left.words == right.words }
    public func hash(into hasher: inout Hasher) { hasher.combine(words.0) }
}

extension MerkleHash {
    /// The root of a tree without leaves: SHA-256 of nothing.
    public static let emptyRoot: MerkleHash = {
        var hash = MerkleHash()
        withUnsafeMutableBytes(of: &hash.words) { SHA256Hasher().finalize(into: $0) }
        return hash
    }()

    /// SHA-256(0x00 ‖ record).
    public static func leaf(_ record: UnsafeRawBufferPointer) -> MerkleHash {
        var hash = MerkleHash()
        withUnsafeMutableBytes(of: &hash.words) { SHA256.hash(prefix: 0, record, into: $0) }
        return hash
    }

    /// SHA-256(0x00 ‖ record).
    public static func leaf(_ record: some Collection<UInt8>) -> MerkleHash {
        record.withContiguousStorageIfAvailable { leaf(UnsafeRawBufferPointer($0)) } ?? Array(record).withUnsafeBytes { leaf($0) }
    }

    /// SHA-256(0x01 ‖ left ‖ right).
    public static func node(_ left: MerkleHash, _ right: MerkleHash) -> MerkleHash {
        var hash = MerkleHash()
        withUnsafeMutableBytes(of: &hash.words) { digest in
            withUnsafeBytes(of: left.words) { left in
                withUnsafeBytes(of: right.words) { right in SHA256.hash(prefix: 1, left, right, into: digest) }
            }
        }
        return hash
    }

    /// The root of a perfect subtree over `hashes`, whose count is a power of two.
    static func root(ofPerfect hashes: ArraySlice<MerkleHash>) -> MerkleHash {
        precondition(hashes.count.nonzeroBitCount == 1, "a perfect tree has a power of two of leaves")
        var row = Array(hashes)
        while row.count > 1 {
            row = stride(from: 0, to: row.count, by: 2).map { node(row[$0], row[$0 + 1]) }
        }
        return row[0]
    }
}

extension MerkleHash {
    /// The hashes one after the other, as a tile holds them.
    public static func encodeList(_ hashes: some Collection<MerkleHash>) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(hashes.count * byteCount)
        for hash in hashes { withUnsafeBytes(of: hash.words) { bytes.append(contentsOf: $0) } }
        return bytes
    }

    /// - Throws: ``HoldfastError`` `audit_broken` unless the length is a multiple of 32.
    public static func decodeList(_ bytes: some Collection<UInt8>) throws -> [MerkleHash] {
        guard bytes.count.isMultiple(of: byteCount) else {
            throw HoldfastError.malformed("list of hashes", "its \(bytes.count) bytes are not a multiple of 32")
        }
        var hashes = [MerkleHash](repeating: MerkleHash(), count: bytes.count / byteCount)
        hashes.withUnsafeMutableBytes { $0.copyBytes(from: bytes) }
        return hashes
    }
}

extension MerkleHash: CustomStringConvertible {
    public var description: String { hex }
}
