import HoldfastCore
import Testing

@Suite("Tile and bundle paths")
struct TilePathTests {
    @Test(
        "are written and read as the specification says",
        arguments: [
            (TileCoordinate(level: 0, index: 0), "tile/0/000"), (TileCoordinate(level: 1, index: 999), "tile/1/999"),
            (TileCoordinate(level: 0, index: 1000), "tile/0/x001/000"),
            (TileCoordinate(level: 3, index: 1_234_067), "tile/3/x001/x234/067"),
            (TileCoordinate(level: 63, index: 273, width: 112), "tile/63/273.p/112"),
            (TileCoordinate(level: 0, index: 1_000_000, width: 1), "tile/0/x001/x000/000.p/1"),
            (TileCoordinate(level: 0, index: Int.max), "tile/0/x009/x223/x372/x036/x854/x775/807"),
        ])
    func tiles(coordinate: TileCoordinate, path: String) throws {
        #expect(coordinate.path == path)
        #expect(try TileCoordinate(path: path) == coordinate)
        let entries = EntryBundle.path(index: coordinate.index, width: coordinate.width)
        #expect(entries == "tile/entries/" + path.dropFirst("tile/\(coordinate.level)/".count))
        let place = try EntryBundle.parse(path: entries)
        #expect(place.index == coordinate.index && place.width == coordinate.width)
    }

    @Test(
        "are refused in any other form",
        arguments: [
            "", "tile", "tile/0", "tile/0/", "tile/64/000", "tile/00/000", "tile/-1/000", "tile/+1/000", "tile//000", "/tile/0/000",
            "tile/0/00", "tile/0/0000", "tile/0/1", "tile/0/x000/001", "tile/0/x000/x001/000", "tile/0/001/000", "tile/0/x001",
            "tile/0/x01/000",
            "tile/0/x0a1/000", "tile/0/0٠0", "tile/0/000/", "tile/0//000", "tile/0/000.p", "tile/0/000.p/", "tile/0/000.p/0",
            "tile/0/000.p/256",
            "tile/0/000.p/01", "tile/0/000.p/+1", "tile/0/000.p/1/", "tile/0/000.p/1.p/1", "tile/0/.p/1", "tile/0/x001.p/000",
            "tile/0/x009/x223/x372/x036/x854/x775/808", "tile/0/x999/x999/x999/x999/x999/x999/999", "tile/entries/000", "Tile/0/000",
            "tile/0/../000",
        ])
    func malformed(path: String) {
        #expect(throws: HoldfastError.self) { try TileCoordinate(path: path) }
        guard path.hasPrefix("tile/0/") else { return }
        #expect(throws: HoldfastError.self) { try EntryBundle.parse(path: "tile/entries/" + path.dropFirst("tile/0/".count)) }
    }

    @Test("of random places come back")
    func property() throws {
        var random = LogRandom(state: 5)
        for _ in 0..<2000 {
            let index = Int.random(in: 0...Int.max, using: &random) >> Int.random(in: 0..<63, using: &random)
            let coordinate = TileCoordinate(
                level: Int.random(in: 0...63, using: &random), index: index, width: Int.random(in: 1...256, using: &random))
            #expect(try TileCoordinate(path: coordinate.path) == coordinate)
        }
    }

    @Test("a tile takes exactly its width of hashes")
    func tileBytes() throws {
        let coordinate = TileCoordinate(level: 1, index: 0, width: 2)
        let bytes = [UInt8](repeating: 7, count: 64)
        #expect(try Tile(coordinate: coordinate, bytes: bytes).bytes == bytes)
        for count in [0, 32, 63, 65, 96] {
            #expect(throws: HoldfastError.self) { try Tile(coordinate: coordinate, bytes: [UInt8](repeating: 7, count: count)) }
        }
    }
}
