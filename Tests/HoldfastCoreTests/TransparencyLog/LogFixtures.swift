import HoldfastCore

/// The same numbers on every run, so that a failure can be repeated.
struct LogRandom: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var value = state
        value = (value ^ value >> 30) &* 0xbf58_476d_1ce4_e5b9
        value = (value ^ value >> 27) &* 0x94d0_49bb_1331_11eb
        return value ^ value >> 31
    }
}

/// What a store does: keeps full tiles and, of level 1 and above, the newest partial one; computes level 0's partial tile from its records.
struct TileShelf {
    var leaves: [MerkleHash] = []
    var tiles: [TileCoordinate: Tile] = [:]
    var tree = TiledTree()

    init(leaves: Int) { append(leaves) }

    mutating func append(_ count: Int) {
        for _ in 0..<count { keep(appendLeaf()) }
    }

    mutating func appendLeaf() -> [Tile] {
        let leaf = MerkleHash.leaf("record \(leaves.count)".utf8)
        leaves.append(leaf)
        return tree.append(leaf)
    }

    mutating func keep(_ changed: [Tile]) {
        for tile in changed {
            tiles[TileCoordinate(level: tile.coordinate.level, index: tile.coordinate.index)] = tile
        }
    }

    func load(_ coordinate: TileCoordinate) throws -> [MerkleHash] {
        if let tile = tiles[TileCoordinate(level: coordinate.level, index: coordinate.index)] { return tile.hashes }
        guard coordinate.level == 0 else { return [] }
        return Array(leaves[(coordinate.index * 256)...].prefix(256))
    }
}

/// RFC 6962 §2.1 word for word: the yardstick.
func naiveRoot(_ leaves: ArraySlice<MerkleHash>) -> MerkleHash {
    guard let first = leaves.first else { return .emptyRoot }
    if leaves.count == 1 { return first }
    var split = 1
    while split * 2 < leaves.count { split *= 2 }
    return .node(naiveRoot(leaves.prefix(split)), naiveRoot(leaves.dropFirst(split)))
}

func flipping(_ bit: Int, of hash: MerkleHash) -> MerkleHash {
    var bytes = hash.bytes
    bytes[bit / 8] ^= 1 << UInt8(bit % 8)
    return MerkleHash(bytes: bytes)!
}
