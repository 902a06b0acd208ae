/// The right edge of a Merkle tree: the roots of its perfect subtrees, one for each set bit of the size, largest first (a "compact range").
///
/// It is all that is needed to append and to know the root, so a log of any length can be recomputed as a stream.
public struct TreeFrontier: Equatable, Sendable {
    /// Leaves.
    public private(set) var size = 0
    /// Roots of the perfect subtrees, largest (leftmost) first.
    public private(set) var subtrees: [MerkleHash] = []

    public init() {}

    /// - Parameter subtrees: one root for each set bit of `size`, largest first.
    /// - Throws: ``HoldfastError`` `audit_broken` when their number does not fit the size.
    public init(size: Int, subtrees: [MerkleHash]) throws {
        guard size >= 0, subtrees.count == size.nonzeroBitCount else {
            throw HoldfastError.malformed("tree frontier", "\(subtrees.count) subtrees do not make a tree of \(size) records")
        }
        self.size = size
        self.subtrees = subtrees
    }

    /// Adds one record's leaf hash: one node hash on average.
    public mutating func append(_ leaf: MerkleHash) {
        append(leaf, height: 0)
    }

    /// Adds the root of a perfect subtree of `2^height` leaves. The size so far must be a multiple of that.
    mutating func append(_ root: MerkleHash, height: Int) {
        precondition(size & (1 << height - 1) == 0, "a subtree must start at a multiple of its size")
        var root = root
        var carry = size >> height
        while carry & 1 == 1 {
            root = .node(subtrees.removeLast(), root)
            carry >>= 1
        }
        subtrees.append(root)
        size += 1 << height
    }

    /// The Merkle Tree Hash of RFC 6962 §2.1.
    public var root: MerkleHash {
        guard var root = subtrees.last else { return .emptyRoot }
        for left in subtrees.dropLast().reversed() { root = .node(left, root) }
        return root
    }
}
