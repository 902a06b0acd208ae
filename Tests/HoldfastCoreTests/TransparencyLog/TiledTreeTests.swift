import HoldfastCore
import Testing

@Suite("Tiled tree")
struct TiledTreeTests {
    @Test("has the root of RFC 6962's definition at every size to 600")
    func small() {
        var shelf = TileShelf(leaves: 0)
        var frontier = TreeFrontier()
        for size in 0...600 {
            let expected = naiveRoot(shelf.leaves[...])
            #expect(shelf.tree.root == expected, "size \(size)")
            #expect(frontier.root == expected, "size \(size)")
            #expect(shelf.tree.frontier == frontier, "size \(size)")
            #expect(shelf.tree.size == size)
            shelf.keep(shelf.appendLeaf())
            frontier.append(shelf.leaves[size])
        }
    }

    @Test("has that root at large sizes, and stored tiles restore it at any size, also an earlier one")
    func large() throws {
        var random = LogRandom(state: 3)
        var shelf = TileShelf(leaves: 0)
        let sizes = ((0..<6).map { _ in Int.random(in: 600...70_000, using: &random) } + [65_535, 65_536, 65_537, 70_000]).sorted()
        for size in sizes {
            shelf.append(size - shelf.leaves.count)
            #expect(shelf.tree.root == naiveRoot(shelf.leaves[...]), "size \(size)")
            for earlier in [size, Int.random(in: 0...size, using: &random), size / 256 * 256] {
                let restored = try TiledTree(size: earlier, load: shelf.load)
                #expect(restored.root == naiveRoot(shelf.leaves.prefix(earlier)), "size \(size), reopened at \(earlier)")
            }
        }
    }

    @Test("goes on after a restart as if there had been none", arguments: [0, 1, 255, 256, 257, 511, 512, 1000])
    func restart(size: Int) throws {
        var shelf = TileShelf(leaves: size)
        var restored = try TiledTree(size: size, load: shelf.load)
        for _ in 0..<600 {
            let changed = shelf.appendLeaf()
            #expect(restored.append(shelf.leaves[shelf.leaves.count - 1]) == changed)
        }
        #expect(restored.root == shelf.tree.root)
        #expect(restored.partialTiles == shelf.tree.partialTiles)
    }

    @Test("hands out every tile the specification's example of 70,000 records has")
    func specificationExample() throws {
        let shelf = TileShelf(leaves: 70_000)
        var count: [String: Int] = [:]
        for tile in shelf.tiles.values { count["\(tile.coordinate.level)/\(tile.coordinate.width)", default: 0] += 1 }
        #expect(count == ["0/256": 273, "1/256": 1, "1/17": 1, "2/1": 1])
        #expect(
            shelf.tree.partialTiles.map(\.coordinate.path) == ["tile/0/273.p/112", "tile/1/001.p/17", "tile/2/000.p/1"])
        for (place, tile) in shelf.tiles where place.level > 0 {
            for (offset, hash) in tile.hashes.enumerated() {
                let span = 1 << (8 * place.level)
                let start = (place.index * 256 + offset) * span
                #expect(hash == naiveRoot(shelf.leaves[start..<start + span]), "\(tile.coordinate) hash \(offset)")
            }
        }
    }

    @Test("of a tree of 256 records there is a full tile and one above it of width 1")
    func exactly256() {
        var shelf = TileShelf(leaves: 255)
        #expect(shelf.tiles.isEmpty)
        #expect(shelf.appendLeaf().map(\.coordinate.path) == ["tile/0/000", "tile/1/000.p/1"])
        #expect(shelf.tree.partialTile(level: 0) == nil)
        #expect(shelf.tree.partialTile(level: 1)?.hashes == [shelf.tree.root])
        #expect(shelf.tree.partialTile(level: 2) == nil)
    }

    @Test("appending many at once gives each tile once, in its last state")
    func bulk() {
        let shelf = TileShelf(leaves: 1500)
        var tree = TiledTree()
        let first = tree.append(contentsOf: shelf.leaves[..<300])
        let second = tree.append(contentsOf: shelf.leaves[300...])
        #expect(first.map(\.coordinate.path) == ["tile/0/000", "tile/1/000.p/1"])
        #expect(
            second.map(\.coordinate.path) == ["tile/0/001", "tile/0/002", "tile/0/003", "tile/0/004", "tile/1/000.p/5"])
        #expect(tree.root == shelf.tree.root)
    }

    @Test("does not open from tiles that are too short, nor at a negative size")
    func tooShort() {
        #expect(throws: HoldfastError.self) { try TiledTree(size: 300) { _ in [] } }
        #expect(throws: HoldfastError.self) { try TiledTree(size: -1) { _ in [] } }
    }

    @Test("a frontier opens only with one subtree for each bit of its size")
    func frontier() throws {
        let shelf = TileShelf(leaves: 300)
        let frontier = shelf.tree.frontier
        var reopened = try TreeFrontier(size: 300, subtrees: frontier.subtrees)
        #expect(reopened.root == shelf.tree.root)
        reopened.append(.emptyRoot)
        #expect(reopened.root != shelf.tree.root)
        #expect(throws: HoldfastError.self) { try TreeFrontier(size: 301, subtrees: frontier.subtrees) }
        #expect(throws: HoldfastError.self) { try TreeFrontier(size: -1, subtrees: []) }
    }
}
