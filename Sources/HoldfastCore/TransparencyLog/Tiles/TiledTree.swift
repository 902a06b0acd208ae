/// A growing Merkle tree that remembers only its right edge, the partial tile of each level, and hands out every tile that must be stored.
///
/// The store keeps the full tiles of all levels and, for level 1 and above, the partial tile too, replaced as it grows. The partial tile of
/// level 0 is not stored: its hashes are those of the last, fewer than 256, records.
public struct TiledTree: Sendable {
    /// Records.
    public private(set) var size = 0
    /// The hashes of each level's partial tile: 0…255.
    private var edge: [[MerkleHash]] = []

    public init() {}

    /// Takes up a stored tree.
    /// - Parameter load: gives the hashes of a partial tile, asked once for each level that has one; for level 0 from the last records. More
    ///   than the coordinate's width is fine, as when an older size is reopened.
    /// - Throws: ``HoldfastError`` `audit_broken` for a negative size or too few hashes; what `load` throws. Whether the hashes are the right
    ///   ones shows in ``root``.
    public init(size: Int, load: (TileCoordinate) throws -> [MerkleHash]) throws {
        guard size >= 0 else { throw HoldfastError.malformed("tree", "its size is \(size)") }
        self.size = size
        var level = 0
        while size >> (level * TileCoordinate.height) > 0 {
            let coordinate = TileCoordinate.rightEdge(level: level, treeSize: size)
            edge.append(try coordinate.map { try $0.checked(load($0)) } ?? [])
            level += 1
        }
    }

    /// Adds a record's leaf hash: one node hash on average.
    /// - Returns: what is to be stored before the record counts as logged: tiles that became full, and tiles of level 1 and above that grew.
    ///   Empty but for one append in 256. Stored under level and index, a later state replaces an earlier one.
    public mutating func append(_ leaf: MerkleHash) -> [Tile] {
        var changed: [Tile] = []
        var hash = leaf
        var level = 0
        size += 1
        while true {
            if level == edge.count { edge.append([]) }
            edge[level].append(hash)
            let width = edge[level].count
            if level > 0 || width == TileCoordinate.fullWidth {
                let last = (size >> (level * TileCoordinate.height)) - 1
                let coordinate = TileCoordinate(level: level, index: last / TileCoordinate.fullWidth, width: width)
                changed.append(Tile(coordinate: coordinate, hashes: edge[level]))
            }
            guard width == TileCoordinate.fullWidth else { return changed }
            hash = .root(ofPerfect: edge[level][...])
            edge[level].removeAll(keepingCapacity: true)
            level += 1
        }
    }

    /// Adds several.
    /// - Returns: as ``append(_:)``, each tile once, in its last state, by level and index.
    public mutating func append(contentsOf leaves: some Sequence<MerkleHash>) -> [Tile] {
        var changed: [TileCoordinate: Tile] = [:]
        for leaf in leaves {
            for tile in append(leaf) {
                // The place without the width, so that a tile that grew replaces itself.
                changed[TileCoordinate(level: tile.coordinate.level, index: tile.coordinate.index)] = tile
            }
        }
        return changed.values.sorted {
            ($0.coordinate.level, $0.coordinate.index) < ($1.coordinate.level, $1.coordinate.index)
        }
    }

    /// The right edge as a frontier. It costs up to 255 hashes a level, some 50 µs, where ``append(_:)`` costs one: keep it for checkpoints.
    public var frontier: TreeFrontier {
        var frontier = TreeFrontier()
        for (level, hashes) in edge.enumerated().reversed() {
            for hash in hashes { frontier.append(hash, height: level * TileCoordinate.height) }
        }
        return frontier
    }

    /// The Merkle Tree Hash of RFC 6962 §2.1; its cost is that of ``frontier``.
    public var root: MerkleHash { frontier.root }

    /// - Returns: nil when the level has no partial tile.
    public func partialTile(level: Int) -> Tile? {
        guard edge.indices.contains(level), let coordinate = TileCoordinate.rightEdge(level: level, treeSize: size) else { return nil }
        return Tile(coordinate: coordinate, hashes: edge[level])
    }

    /// The partial tiles of all levels, lowest first.
    public var partialTiles: [Tile] { edge.indices.compactMap { partialTile(level: $0) } }
}
