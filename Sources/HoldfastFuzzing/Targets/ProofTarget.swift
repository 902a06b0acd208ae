import HoldfastCore

extension FuzzTarget {
    /// `.tlog-proof` files: one spelling, and no other record than the proved one is ever proved.
    static let proofs = FuzzTarget("proofs", seeds: FuzzSeeds.proofs) { input in
        guard let proof = try accepted([.auditBroken], { try InclusionProofFile(parsing: input) }) else { return }
        try require(Array(proof.encoded.utf8) == input, "a proof is written otherwise than it was read")
        let records = FuzzSeeds.records
        for (index, record) in records.enumerated() {
            let checkpoint = try accepted([.auditBroken]) {
                try proof.verify(record: record, origin: FuzzSeeds.origin, keys: [FuzzSeeds.signer().verifierKey])
            }
            guard let checkpoint else { continue }
            try require(proof.index == index && checkpoint.size <= records.count, "record \(index) is proved as number \(proof.index)")
        }
        try require(
            try accepted([.auditBroken]) {
                try proof.verify(record: Array("{}".utf8), origin: FuzzSeeds.origin, keys: [FuzzSeeds.signer().verifierKey])
            } == nil, "a record that never was is proved")
    }

    /// Verifiable exports: the verdict does not depend on how the file arrives, and only what the log really held passes.
    static let exports = FuzzTarget("exports", maximumBytes: 8192, seeds: FuzzSeeds.exports) { input in
        let whole = try verdict(input, step: max(1, input.count))
        for step in [1, 7, 512] where input.count > step {
            let cut = try verdict(input, step: step)
            try require(
                cut.problem?.what == whole.problem?.what && cut.problem?.index == whole.problem?.index && cut.shown == whole.shown
                    && cut.range == whole.range,
                "in pieces of \(step): \(cut.problem?.what ?? "fine"), whole: \(whole.problem?.what ?? "fine")")
        }
        guard whole.problem == nil else { return }
        let lines = Set(try FuzzSeeds.exports().flatMap { $0.split(separator: UInt8(ascii: "\n")) })
        for line in input.split(separator: UInt8(ascii: "\n")) where line.starts(with: "{\"index\"".utf8) && line.contains("record") {
            try require(lines.contains(line), "a record passes that was never in the log: \(String(decoding: line, as: UTF8.self))")
        }
    }

    private static func verdict(_ input: [UInt8], step: Int) throws -> ExportVerification {
        var verifier = ExportVerifier(keys: [try FuzzSeeds.signer().verifierKey])
        for start in stride(from: 0, to: input.count, by: step) { verifier.read(input[start..<min(start + step, input.count)]) }
        return verifier.finish()
    }
}

extension ArraySlice<UInt8> {
    fileprivate func contains(_ text: StaticString) -> Bool {
        String(decoding: self, as: UTF8.self).contains("\"\(text)\"")
    }
}
