import HoldfastCore
import Testing

@Suite("Merkle hashes")
struct MerkleHashTests {
    // The inputs and roots of the Certificate Transparency reference implementation (certificate-transparency-go, merkle tests).
    static let inputs = ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"]
    static let roots = [
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
        "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
        "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
        "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
        "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
        "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
        "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
    ]
    static let leaves = inputs.map { MerkleHash.leaf(Hex.decode($0)!) }

    @Test("trees of 0 to 8 records have the published roots", arguments: 0...8)
    func published(size: Int) throws {
        var frontier = TreeFrontier()
        var tree = TiledTree()
        for leaf in Self.leaves.prefix(size) {
            frontier.append(leaf)
            _ = tree.append(leaf)
        }
        #expect(frontier.root.hex == Self.roots[size])
        #expect(tree.root.hex == Self.roots[size])
    }

    @Test("an inclusion proof and a consistency proof are the published ones")
    func publishedProofs() throws {
        var prover = MerkleProver(size: 8) { _ in Self.leaves }
        #expect(
            try prover.inclusionProof(index: 5).map(\.hex) == [
                "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
                "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
                "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
            ])
        #expect(
            try prover.consistencyProof(from: 6).map(\.hex) == [
                "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
                "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
                "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
            ])
    }

    @Test("a list of hashes comes back from its bytes, and its bytes are the hashes' own")
    func lists() throws {
        let bytes = MerkleHash.encodeList(Self.leaves)
        #expect(bytes == Self.leaves.flatMap(\.bytes))
        #expect(try MerkleHash.decodeList(bytes) == Self.leaves)
        #expect(throws: HoldfastError.self) { try MerkleHash.decodeList(bytes.dropLast()) }
    }

    @Test("a hash is 32 bytes and nothing else", arguments: [0, 31, 33])
    func lengths(count: Int) {
        #expect(MerkleHash(bytes: [UInt8](repeating: 1, count: count)) == nil)
    }

    @Test("hashes that differ in any bit are different")
    func equality() {
        for bit in 0..<256 { #expect(flipping(bit, of: .emptyRoot) != .emptyRoot) }
    }

    @Test("a digest keeps its bytes as a hash")
    func fromDigest() throws {
        let digest = try SHA256Digest(parsing: Self.roots[8])
        #expect(MerkleHash(digest).hex == digest.hex)
    }
}
