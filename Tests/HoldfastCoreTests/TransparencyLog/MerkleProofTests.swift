import HoldfastCore
import Testing

@Suite("Merkle proofs")
struct MerkleProofTests {
    @Test("every record of every tree to 40 has a proof that holds, and no other record has it")
    func inclusion() throws {
        let shelf = TileShelf(leaves: 40)
        for size in 1...40 {
            var prover = MerkleProver(size: size, tile: shelf.load)
            let root = naiveRoot(shelf.leaves.prefix(size))
            #expect(try prover.root() == root)
            for index in 0..<size {
                let proof = try prover.inclusionProof(index: index)
                for other in -1...size {
                    let holds = MerkleProof.verifyInclusion(leaf: shelf.leaves[index], index: other, size: size, proof: proof, root: root)
                    #expect(holds == (other == index), "record \(index) as \(other) of \(size)")
                }
            }
        }
    }

    @Test("an inclusion proof fails with any bit flipped, a hash missing or one too many")
    func inclusionForgeries() throws {
        let shelf = TileShelf(leaves: 13)
        var prover = MerkleProver(size: 13, tile: shelf.load)
        let root = shelf.tree.root
        for index in [0, 5, 12] {
            let proof = try prover.inclusionProof(index: index)
            func holds(_ leaf: MerkleHash, _ proof: [MerkleHash], _ root: MerkleHash) -> Bool {
                MerkleProof.verifyInclusion(leaf: leaf, index: index, size: 13, proof: proof, root: root)
            }
            #expect(holds(shelf.leaves[index], proof, root))
            for bit in 0..<256 {
                #expect(!holds(flipping(bit, of: shelf.leaves[index]), proof, root))
                #expect(!holds(shelf.leaves[index], proof, flipping(bit, of: root)))
                for place in proof.indices {
                    var forged = proof
                    forged[place] = flipping(bit, of: forged[place])
                    #expect(!holds(shelf.leaves[index], forged, root))
                }
            }
            #expect(!holds(shelf.leaves[index], Array(proof.dropLast()), root))
            #expect(!holds(shelf.leaves[index], Array(proof.dropFirst()), root))
            #expect(!holds(shelf.leaves[index], proof + [.emptyRoot], root))
        }
    }

    @Test("any two trees to 70 are shown consistent, and with no other root")
    func consistency() throws {
        let shelf = TileShelf(leaves: 70)
        let roots = (0...70).map { naiveRoot(shelf.leaves.prefix($0)) }
        for new in 0...70 {
            var prover = MerkleProver(size: new, tile: shelf.load)
            for old in 0...new {
                let proof = try prover.consistencyProof(from: old)
                func holds(_ oldRoot: MerkleHash, _ newRoot: MerkleHash, _ proof: [MerkleHash]) -> Bool {
                    MerkleProof.verifyConsistency(oldSize: old, oldRoot: oldRoot, newSize: new, newRoot: newRoot, proof: proof)
                }
                #expect(holds(roots[old], roots[new], proof), "\(old) to \(new)")
                #expect(!holds(flipping(9, of: roots[old]), roots[new], proof), "\(old) to \(new)")
                // From nothing, any tree follows: there is nothing to contradict.
                if old > 0 { #expect(!holds(roots[old], flipping(9, of: roots[new]), proof), "\(old) to \(new)") }
                #expect(!holds(roots[old], roots[new], proof + [.emptyRoot]), "\(old) to \(new)")
                for place in proof.indices {
                    var forged = proof
                    forged[place] = flipping(place * 31 % 256, of: forged[place])
                    #expect(!holds(roots[old], roots[new], forged), "\(old) to \(new), hash \(place)")
                }
                if !proof.isEmpty { #expect(!holds(roots[old], roots[new], Array(proof.dropLast())), "\(old) to \(new)") }
            }
        }
    }

    @Test("proofs across many tiles hold, read few tiles, and each once")
    func large() throws {
        let shelf = TileShelf(leaves: 70_000)
        var random = LogRandom(state: 11)
        for _ in 0..<40 {
            let new = Int.random(in: 1...70_000, using: &random)
            let old = Int.random(in: 0...new, using: &random)
            let index = Int.random(in: 0..<new, using: &random)
            let newRoot = try TiledTree(size: new, load: shelf.load).root
            let oldRoot = try TiledTree(size: old, load: shelf.load).root
            let reads = Reads()
            var prover = MerkleProver(size: new) { coordinate in
                reads.tiles.append(coordinate)
                return try shelf.load(coordinate)
            }
            let inclusion = try prover.inclusionProof(index: index)
            #expect(
                MerkleProof.verifyInclusion(leaf: shelf.leaves[index], index: index, size: new, proof: inclusion, root: newRoot),
                "record \(index) of \(new)")
            #expect(reads.tiles.count <= 6 && Set(reads.tiles).count == reads.tiles.count, "record \(index) of \(new)")
            let consistency = try prover.consistencyProof(from: old)
            #expect(
                MerkleProof.verifyConsistency(oldSize: old, oldRoot: oldRoot, newSize: new, newRoot: newRoot, proof: consistency),
                "\(old) to \(new)")
        }
    }

    private final class Reads { var tiles: [TileCoordinate] = [] }

    @Test("there is no proof past the end, nor from tiles that are too short")
    func refusals() {
        let shelf = TileShelf(leaves: 10)
        var prover = MerkleProver(size: 10, tile: shelf.load)
        #expect(throws: HoldfastError.self) { try prover.inclusionProof(index: 10) }
        #expect(throws: HoldfastError.self) { try prover.inclusionProof(index: -1) }
        #expect(throws: HoldfastError.self) { try prover.consistencyProof(from: 11) }
        var blind = MerkleProver(size: 10) { _ in [] }
        #expect(throws: HoldfastError.self) { try blind.inclusionProof(index: 0) }
    }

    @Test("sizes that cannot be are not consistent")
    func impossibleSizes() {
        let root = MerkleHash.emptyRoot
        #expect(!MerkleProof.verifyConsistency(oldSize: 2, oldRoot: root, newSize: 1, newRoot: root, proof: []))
        #expect(!MerkleProof.verifyConsistency(oldSize: -1, oldRoot: root, newSize: 1, newRoot: root, proof: []))
        #expect(!MerkleProof.verifyConsistency(oldSize: 3, oldRoot: root, newSize: Int.max, newRoot: root, proof: []))
        #expect(!MerkleProof.verifyInclusion(leaf: root, index: 0, size: 0, proof: [], root: root))
    }
}
