/// Makes the proofs of RFC 6962 §2.1.1 and §2.1.2 for a tree of one size from stored tiles.
///
/// Each tile is asked for once, so a proof in a tree of a million records reads six tiles at most. Not to be kept for long: it remembers
/// the tiles it has seen.
public struct MerkleProver {
    /// Records in the tree the proofs are for; the log may have grown since.
    public let size: Int
    private let load: (TileCoordinate) throws -> [MerkleHash]
    private var tiles: [TileCoordinate: [MerkleHash]] = [:]

    /// - Parameter tile: gives a tile's hashes; more than the coordinate's width is fine, as when the tile has grown since.
    public init(size: Int, tile: @escaping (TileCoordinate) throws -> [MerkleHash]) {
        precondition(size >= 0, "a tree has no negative size")
        self.size = size
        self.load = tile
    }

    public mutating func root() throws -> MerkleHash {
        try hash(of: 0..<size)
    }

    /// The hashes that lead from record `index` to the root, the leaf's sibling first.
    /// - Throws: ``HoldfastError`` `record_not_found` for an index past the end; `audit_broken` for a tile that is too short; what `tile` throws.
    public mutating func inclusionProof(index: Int) throws -> [MerkleHash] {
        guard (0..<size).contains(index) else {
            throw HoldfastError(.recordNotFound, "There is no record \(index) in an audit log of \(size) records.")
        }
        var range = 0..<size
        var proof: [MerkleHash] = []
        while range.count > 1 {
            let middle = range.lowerBound + Self.split(range.count)
            let (left, right) = (range.lowerBound..<middle, middle..<range.upperBound)
            let isLeft = index < middle
            proof.append(try hash(of: isLeft ? right : left))
            range = isLeft ? left : right
        }
        return proof.reversed()
    }

    /// The hashes that show the tree of `oldSize` records to be the beginning of this one. Empty for 0 and for the whole size.
    /// - Throws: ``HoldfastError`` `record_not_found` for an old size past the end; `audit_broken` for a tile that is too short; what `tile` throws.
    public mutating func consistencyProof(from oldSize: Int) throws -> [MerkleHash] {
        guard (0...size).contains(oldSize) else {
            throw HoldfastError(.recordNotFound, "An audit log of \(size) records cannot be compared with one of \(oldSize).")
        }
        guard oldSize > 0 else { return [] }
        var range = 0..<size
        var proof: [MerkleHash] = []
        while range.upperBound != oldSize {
            let middle = range.lowerBound + Self.split(range.count)
            let (left, right) = (range.lowerBound..<middle, middle..<range.upperBound)
            let isLeft = oldSize <= middle
            proof.append(try hash(of: isLeft ? right : left))
            range = isLeft ? left : right
        }
        // The old tree's last perfect part: known to the verifier as the old root only when it is the whole old tree.
        if range.lowerBound > 0 { proof.append(try hash(of: range)) }
        return proof.reversed()
    }

    /// The largest power of two below `count`: where RFC 6962 parts a tree.
    private static func split(_ count: Int) -> Int {
        1 << (Int.bitWidth - 1 - (count - 1).leadingZeroBitCount)
    }

    /// The hash of a part that begins at a multiple of the power of two not below its length, as every part of a tree does.
    private mutating func hash(of range: Range<Int>) throws -> MerkleHash {
        var frontier = TreeFrontier()
        while frontier.size < range.count {
            let height = Int.bitWidth - 1 - (range.count - frontier.size).leadingZeroBitCount
            frontier.append(try perfectSubtree(start: range.lowerBound + frontier.size, height: height), height: height)
        }
        return frontier.root
    }

    mutating func perfectSubtree(start: Int, height: Int) throws -> MerkleHash {
        let level = height / TileCoordinate.height
        let first = start >> (level * TileCoordinate.height)
        let hashes = try tile(level: level, index: first / TileCoordinate.fullWidth)
        let offset = first % TileCoordinate.fullWidth
        return .root(ofPerfect: hashes[offset..<offset + 1 << (height % TileCoordinate.height)])
    }

    private mutating func tile(level: Int, index: Int) throws -> [MerkleHash] {
        let available = (size >> (level * TileCoordinate.height)) - index * TileCoordinate.fullWidth
        let coordinate = TileCoordinate(level: level, index: index, width: min(available, TileCoordinate.fullWidth))
        if let known = tiles[coordinate] { return known }
        let hashes = try coordinate.checked(load(coordinate))
        tiles[coordinate] = hashes
        return hashes
    }
}
