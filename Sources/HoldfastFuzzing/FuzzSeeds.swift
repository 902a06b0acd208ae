import HoldfastCore
import HoldfastCrypto

/// Inputs that only code can make: signed, hashed or binary.
enum FuzzSeeds {
    static let origin = "holdfast.local/node/fuzz"
    static let records = (0..<9).map { Array(#"{"id":"\#($0)","v":1}"#.utf8) }

    static func signer(_ seed: UInt8 = 7) throws -> NoteSigner {
        try NoteSigner(name: origin, privateKey: Ed25519PrivateKey(seed: [UInt8](repeating: seed, count: 32)))
    }

    private static func checkpoint() throws -> Checkpoint {
        var frontier = TreeFrontier()
        for record in records { frontier.append(.leaf(record)) }
        return try Checkpoint(origin: origin, size: records.count, root: frontier.root)
    }

    static func notes() throws -> [[UInt8]] {
        let note = try checkpoint().signed(by: [signer()])
        let both = try checkpoint().signed(by: [signer(), signer(9)])
        let handover = try KeySuccession(at: checkpoint(), from: signer(), to: signer(9)).note
        return try [note.encoded, both.encoded, handover.encoded, signer().verifierKey.text].map { Array($0.utf8) }
    }

    static func proofs() throws -> [[UInt8]] {
        let leaves = records.map { MerkleHash.leaf($0) }
        let note = try checkpoint().signed(by: [signer()])
        return try [0, 5, 8].map { index in
            var prover = MerkleProver(size: records.count) { _ in leaves }
            let extra = index == 5 ? try KeySuccession.encode([KeySuccession(at: checkpoint(), from: signer(), to: signer(9))]) : nil
            return Array(
                try InclusionProofFile(extra: extra, index: index, proof: prover.inclusionProof(index: index), checkpoint: note).encoded
                    .utf8)
        }
    }

    static func exports() throws -> [[UInt8]] {
        try [0..<9, 3..<7].map { range in
            let leaves = records.map { MerkleHash.leaf($0) }
            let proof = try ExportProof(range: range, checkpoint: checkpoint().signed(by: [signer()])) { _ in leaves }
            var exporter = JSONLinesExporter(ExportContext(origin: origin, productVersion: "1", proof: proof))
            var bytes = try exporter.header()
            for index in range {
                bytes +=
                    index == 4
                    ? try exporter.withheld(4..<5, .filter, leaves: [leaves[4]])
                    : try exporter.record(index: index, bytes: records[index])
            }
            return bytes + (try exporter.footer())
        }
    }

    /// A small header with a string, a number, two arrays and two tensors, and one without anything.
    static func models() throws -> [[UInt8]] {
        var bytes = Array("GGUF".utf8)
        func number<Number: FixedWidthInteger>(_ value: Number) { withUnsafeBytes(of: value.littleEndian) { bytes += $0 } }
        func text(_ value: String) {
            number(UInt64(value.utf8.count))
            bytes += value.utf8
        }
        number(UInt32(3))
        number(UInt64(2))
        number(UInt64(5))
        for (key, value) in [("general.architecture", "llama"), ("general.name", "fuzz")] {
            text(key)
            number(UInt32(8))
            text(value)
        }
        text("llama.context_length")
        number(UInt32(4))
        number(UInt32(2048))
        text("tokenizer.ggml.tokens")
        number(UInt32(9))
        number(UInt32(8))
        number(UInt64(3))
        for token in ["a", "b", "<s>"] { text(token) }
        text("llama.attention.head_count")
        number(UInt32(9))
        number(UInt32(5))
        number(UInt64(2))
        number(Int32(4))
        number(Int32(8))
        for (index, name) in ["token_embd.weight", "output.weight"].enumerated() {
            text(name)
            number(UInt32(2))
            number(UInt64(32))
            number(UInt64(1))
            number(UInt32(0))
            number(UInt64(index * 128))
        }
        bytes += [UInt8](repeating: 0, count: (32 - bytes.count % 32) % 32 + 256)
        return [bytes, Array("GGUF".utf8) + [3, 0, 0, 0] + [UInt8](repeating: 0, count: 16)]
    }
}
