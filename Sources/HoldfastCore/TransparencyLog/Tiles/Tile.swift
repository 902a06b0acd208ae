/// One tile: up to 256 consecutive hashes of one level (c2sp.org/tlog-tiles).
public struct Tile: Hashable, Sendable {
    public let coordinate: TileCoordinate
    /// As many as the coordinate's width.
    public let hashes: [MerkleHash]

    init(coordinate: TileCoordinate, hashes: [MerkleHash]) {
        precondition(coordinate.width == hashes.count, "a tile has as many hashes as it is wide")
        self.coordinate = coordinate
        self.hashes = hashes
    }

    /// - Throws: ``HoldfastError`` `audit_broken` unless `bytes` are 32 for each hash of the coordinate's width.
    public init(coordinate: TileCoordinate, bytes: some Collection<UInt8>) throws {
        let hashes = try MerkleHash.decodeList(bytes)
        guard hashes.count == coordinate.width else {
            throw HoldfastError.malformed("tile", "\(coordinate) has \(hashes.count) hashes")
        }
        self.init(coordinate: coordinate, hashes: hashes)
    }

    /// The resource at ``TileCoordinate/path``: 32 bytes for each hash, 8192 when full.
    public var bytes: [UInt8] { MerkleHash.encodeList(hashes) }
}
