import HoldfastCore
import HoldfastCrypto
import Testing

@Suite("Checkpoints and proof files")
struct CheckpointTests {
    static let origin = "holdfast.local/node/7"
    static let shelf = TileShelf(leaves: 300)

    static func signer() throws -> NoteSigner {
        try NoteSigner(name: origin, privateKey: Ed25519PrivateKey(seed: [UInt8](repeating: 7, count: 32)))
    }

    @Test("the example of the specification comes back")
    func specificationExample() throws {
        let text = "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n"
        let checkpoint = try Checkpoint(parsing: text)
        #expect(checkpoint.origin == "example.com/behind-the-sofa")
        #expect(checkpoint.size == 20_852_163)
        #expect(checkpoint.root.base64 == "CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=")
        #expect(checkpoint.text == text)
    }

    @Test(
        "malformed checkpoints are refused",
        arguments: [
            "", "\n", "o\n1\n", "o\n1\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=", "\n1\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n",
            "o\n01\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n", "o\n-1\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n",
            "o\n+1\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n", "o\n1 \nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n",
            "o\n\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n", "o\n9223372036854775808\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n",
            "o\n1\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2J=\n", "o\n1\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I\n",
            "o\n1\nCsUYapGGPo4dkMgI\n",
            "o\n1\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\nextension\n", "o\n1\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n\n",
            "o\n0\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n", "o\t\n1\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n",
        ])
    func malformed(text: String) {
        #expect(throws: HoldfastError.self) { try Checkpoint(parsing: text) }
    }

    @Test("a signed checkpoint is believed under the log's key, of that log only")
    func signed() throws {
        let checkpoint = try Checkpoint(origin: Self.origin, size: 300, root: Self.shelf.tree.root)
        let signer = try Self.signer()
        let note = try SignedNote(parsing: checkpoint.signed(by: [signer]).encoded.utf8)
        #expect(try Checkpoint(verifying: note, origin: Self.origin, keys: [signer.verifierKey]) == checkpoint)
        #expect(throws: HoldfastError.self) {
            try Checkpoint(verifying: note, origin: "holdfast.local/node/8", keys: [signer.verifierKey])
        }
        let stranger = try NoteSigner(name: Self.origin, privateKey: Ed25519PrivateKey())
        #expect(throws: HoldfastError.self) { try Checkpoint(verifying: note, origin: Self.origin, keys: [stranger.verifierKey]) }
    }

    @Test("an empty log has a checkpoint")
    func empty() throws {
        let checkpoint = try Checkpoint(origin: Self.origin, size: 0, root: .emptyRoot)
        #expect(checkpoint.text == "\(Self.origin)\n0\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n")
        #expect(try Checkpoint(parsing: checkpoint.text) == checkpoint)
    }

    @Test("a proof file shows its record, comes back byte for byte, and shows no other record", arguments: [nil, [1, 2, 3]] as [[UInt8]?])
    func proofFile(extra: [UInt8]?) throws {
        let signer = try Self.signer()
        let note = try Checkpoint(origin: Self.origin, size: 300, root: Self.shelf.tree.root).signed(by: [signer])
        var prover = MerkleProver(size: 300, tile: Self.shelf.load)
        let written = try InclusionProofFile(extra: extra, index: 299, proof: prover.inclusionProof(index: 299), checkpoint: note)
        let file = try InclusionProofFile(parsing: written.encoded.utf8)
        #expect(file.encoded == written.encoded)
        #expect(file.extra == extra)
        #expect(try file.verify(record: "record 299".utf8, origin: Self.origin, keys: [signer.verifierKey]).size == 300)
        #expect(throws: HoldfastError.self) { try file.verify(record: "record 298".utf8, origin: Self.origin, keys: [signer.verifierKey]) }
        #expect(throws: HoldfastError.self) { try file.verify(record: "record 299".utf8, origin: "other", keys: [signer.verifierKey]) }
        let stranger = try NoteSigner(name: Self.origin, privateKey: Ed25519PrivateKey())
        #expect(throws: HoldfastError.self) {
            try file.verify(record: "record 299".utf8, origin: Self.origin, keys: [stranger.verifierKey])
        }
    }

    static let note = "\no\n1\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n\n— a AAAAAAA=\n"
    static let hash = "CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I="

    @Test(
        "a proof file in another form is refused",
        arguments: [
            "", "c2sp.org/tlog-proof@v1\n", "c2sp.org/tlog-proof@v1\nindex 1\n", "c2sp.org/tlog-proof@v2\nindex 1\n\(note)",
            "c2sp.org/tlog-proof@v1\n\(note)", "c2sp.org/tlog-proof@v1\nindex 01\n\(note)", "c2sp.org/tlog-proof@v1\nindex -1\n\(note)",
            "c2sp.org/tlog-proof@v1\nindex\n\(note)", "c2sp.org/tlog-proof@v1\nindex  1\n\(note)",
            "c2sp.org/tlog-proof@v1\nindex 1\nindex 1\n\(note)",
            "c2sp.org/tlog-proof@v1\nextra \nindex 1\n\(note)", "c2sp.org/tlog-proof@v1\nextra A\nindex 1\n\(note)",
            "c2sp.org/tlog-proof@v1\nindex 1\nextra AAAA\n\(note)", "c2sp.org/tlog-proof@v1\nindex 1\nAAAA\n\(note)",
            "c2sp.org/tlog-proof@v1\r\nindex 1\n\(note)", "\nc2sp.org/tlog-proof@v1\nindex 1\n\(note)",
            "c2sp.org/tlog-proof@v1\nindex 1\n\n\(note)",
            "c2sp.org/tlog-proof@v1\nindex 1\n" + String(repeating: hash + "\n", count: 64) + note,
        ])
    func malformedProofFile(text: String) {
        #expect(throws: HoldfastError.self) { try InclusionProofFile(parsing: text.utf8) }
    }

    @Test("the forms around those are read")
    func wellFormedProofFiles() throws {
        for text in [
            "c2sp.org/tlog-proof@v1\nindex 0\n\(Self.note)", "c2sp.org/tlog-proof@v1\nextra AAAA\nindex 1\n\(Self.hash)\n\(Self.note)",
            "c2sp.org/tlog-proof@v1\nindex 1\n" + String(repeating: Self.hash + "\n", count: 63) + Self.note,
        ] {
            #expect(try InclusionProofFile(parsing: text.utf8).encoded == text)
        }
    }
}
