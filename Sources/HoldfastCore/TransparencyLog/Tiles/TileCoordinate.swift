/// Which tile: level, index in the level, and width (c2sp.org/tlog-tiles).
///
/// Level 0 holds leaf hashes; each hash of level `l + 1` is the root of a full tile of level `l`.
public struct TileCoordinate: Hashable, Sendable {
    /// Levels of the binary tree in one tile.
    static let height = 8
    /// Hashes in a full tile.
    public static let fullWidth = 256

    /// 0…63.
    public let level: Int
    public let index: Int
    /// Hashes in the tile, 1…256; below 256 it is partial, the rightmost of its level.
    public let width: Int

    /// A coordinate computed by the program; one from outside comes through ``init(path:)``.
    public init(level: Int, index: Int, width: Int = fullWidth) {
        precondition((0...63).contains(level) && index >= 0 && (1...Self.fullWidth).contains(width), "no such tile")
        self.level = level
        self.index = index
        self.width = width
    }

    /// The partial tile that ends a level of a tree of `treeSize` records.
    /// - Returns: nil when the level ends with a full tile or is empty.
    public static func rightEdge(level: Int, treeSize: Int) -> TileCoordinate? {
        let hashes = treeSize >> (level * height)
        let width = hashes % fullWidth
        return width == 0 ? nil : TileCoordinate(level: level, index: hashes / fullWidth, width: width)
    }

    public var isFull: Bool { width == Self.fullWidth }

    /// `tile/<L>/<N>[.p/<W>]`, such as `tile/0/x001/x234/067` or `tile/1/000.p/17`.
    public var path: String { "tile/\(level)/\(TileIndexPath.encode(index: index, width: width))" }

    /// - Throws: ``HoldfastError`` `audit_broken` for anything ``path`` would not write.
    public init(path: some StringProtocol) throws {
        let parts = path.utf8.split(separator: UInt8(ascii: "/"), maxSplits: 2, omittingEmptySubsequences: false)
        guard parts.count == 3, parts[0].elementsEqual("tile".utf8), let level = StrictDecimal.decode(parts[1]), level <= 63,
            let place = TileIndexPath.decode(parts[2])
        else { throw HoldfastError.malformed("tile path", "'\(path.prefix(80))' does not have the form tile/LEVEL/INDEX[.p/WIDTH]") }
        self.init(level: level, index: place.index, width: place.width)
    }

    /// The first `width` of `hashes`.
    /// - Throws: ``HoldfastError`` `audit_broken` when there are fewer.
    func checked(_ hashes: [MerkleHash]) throws -> [MerkleHash] {
        guard hashes.count >= width else {
            throw HoldfastError.malformed("tile", "\(path) has \(hashes.count) hashes")
        }
        return hashes.count == width ? hashes : Array(hashes[..<width])
    }
}

extension TileCoordinate: CustomStringConvertible {
    public var description: String { path }
}
