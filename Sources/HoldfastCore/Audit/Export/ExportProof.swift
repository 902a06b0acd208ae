/// What joins a run of records to a signed checkpoint: the tree to the left of the run and to the right of it, as few hashes as can be.
///
/// Whoever has the run's leaf hashes appends them to ``left``, then ``right``, and has the root the checkpoint signs (RFC 6962 §2.1).
public struct ExportProof: Sendable {
    /// Numbers of the records, from 0; within the checkpoint.
    public let range: Range<Int>
    /// The roots of the perfect subtrees before the run, leftmost first: one for each set bit of its first number.
    public let left: [MerkleHash]
    /// The roots of the perfect subtrees between the run and the checkpoint's size, leftmost first; their heights follow from the numbers.
    public let right: [MerkleHash]
    public let checkpoint: SignedNote

    /// - Parameter tile: gives a tile's hashes; more than the coordinate's width is fine. At most a dozen are asked for.
    /// - Throws: ``HoldfastError`` `record_not_found` when the checkpoint does not cover the range: a newer one must be signed first;
    ///   `audit_broken` for a note that is no checkpoint or a tile that is too short; what `tile` throws.
    public init(range: Range<Int>, checkpoint: SignedNote, tile: @escaping (TileCoordinate) throws -> [MerkleHash]) throws {
        let signed = try Checkpoint(parsing: checkpoint.text)
        guard range.lowerBound >= 0, range.upperBound <= signed.size else {
            throw HoldfastError(
                .recordNotFound,
                "The checkpoint covers \(signed.size) records; an export of records \(range.lowerBound) up to \(range.upperBound) needs a newer one.",
                hint: "holdfast audit checkpoint")
        }
        var prover = MerkleProver(size: signed.size, tile: tile)
        self.range = range
        self.checkpoint = checkpoint
        self.left = try prover.subtrees(of: 0..<range.lowerBound)
        self.right = try prover.subtrees(of: range.upperBound..<signed.size)
    }
}

extension MerkleProver {
    /// The roots of the perfect subtrees that make up a range, leftmost first.
    fileprivate mutating func subtrees(of range: Range<Int>) throws -> [MerkleHash] {
        var position = range.lowerBound
        return try TreeFrontier.heights(over: range).map { height in
            defer { position += 1 << height }
            return try perfectSubtree(start: position, height: height)
        }
    }
}

extension TreeFrontier {
    /// The heights of the fewest perfect subtrees that make up a range: each as high as its place and what is left allow.
    static func heights(over range: Range<Int>) -> [Int] {
        var heights: [Int] = []
        var position = range.lowerBound
        while position < range.upperBound {
            let fitting = Int.bitWidth - 1 - (range.upperBound - position).leadingZeroBitCount
            let height = position == 0 ? fitting : min(position.trailingZeroBitCount, fitting)
            heights.append(height)
            position += 1 << height
        }
        return heights
    }
}
