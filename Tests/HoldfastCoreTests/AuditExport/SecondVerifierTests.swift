import Foundation
import HoldfastCore
import HoldfastCrypto
import HoldfastTestSupport
import Testing

/// `Tests/Fixtures/audit_verify.py` knows the formats and the verifier key, and nothing of this code.
@Suite("A verifier in another language")
struct SecondVerifierTests {
    private let folder = try! TemporaryFolder.make()

    private func write(_ name: String, _ bytes: some Sequence<UInt8>) throws -> String {
        let path = "\(folder)/\(name)"
        try Data(bytes).write(to: URL(filePath: path))
        return path
    }

    private func python(_ arguments: String...) async throws -> TestProcess.Finished {
        try await TestProcess.run("/usr/bin/python3", ["-IB", SourceTree.fixture("audit_verify.py")] + arguments)
    }

    private static func randomLog(_ random: inout SplitMix64, _ count: Int) throws -> SampleLog {
        try SampleLog(
            bodies: (0..<count).map { number in
                Array(#"{"id":"\#(number)","text":"\#(String(UInt64.random(in: 0...(.max), using: &random), radix: 36))"}"#.utf8)
            })
    }

    @Test("agrees on exports of random logs, and on what is wrong with changed ones")
    func exports() async throws {
        let seed = Campaign.seed
        var random = SplitMix64(seed: seed)
        for round in 0..<Campaign.trials(short: 12, long: 3000) {
            let count = Int.random(in: 1...(Campaign.isLong ? 60 : 1200), using: &random)
            let log = try Self.randomLog(&random, count)
            let start = Int.random(in: 0..<count, using: &random)
            let end = Int.random(in: (start + 1)...count, using: &random)
            let kept = Int.random(in: 1...4, using: &random)
            var file = try log.export(.jsonl, start..<end, checkpoint: Int.random(in: end...count, using: &random)) { $0 % kept == 0 }
            if round % 3 == 2 {
                let lines = log.lines(file).indices.dropFirst().dropLast()
                var changed = log.lines(file)
                changed.remove(at: try #require(lines.randomElement(using: &random)))
                file = log.file(changed)
            } else if round % 3 == 1, let digit = file.indices.filter({ (48...57).contains(file[$0]) }).randomElement(using: &random) {
                file[digit] = file[digit] == 57 ? 48 : file[digit] + 1
            }
            let ours = log.verify(file)
            let theirs = try await python("export", write("e.jsonl", file), log.signer.verifierKey.text)
            #expect(ours.holds == (theirs.status == 0), "seed \(seed), round \(round): \(ours.problem?.what ?? "holds"); \(theirs)")
            if ours.holds { #expect(theirs.output.hasPrefix("\(ours.shown) of records \(start) to \(end - 1),")) }
        }
        try FileManager.default.removeItem(atPath: folder)
    }

    @Test("agrees on proofs of random records")
    func proofs() async throws {
        let seed = Campaign.seed
        var random = SplitMix64(seed: seed)
        for round in 0..<12 {
            let log = try Self.randomLog(&random, Int.random(in: 1...700, using: &random))
            let size = Int.random(in: 1...log.bodies.count, using: &random)
            let index = Int.random(in: 0..<size, using: &random)
            var prover = MerkleProver(size: size, tile: log.load)
            let proof = try InclusionProofFile(index: index, proof: prover.inclusionProof(index: index), checkpoint: log.checkpoint(size))
            var text = proof.encoded
            if round % 3 == 1 { text = text.replacing("index \(index)\n", with: "index \(index + 1)\n") }
            let record = round % 3 == 2 ? Array("other".utf8) : log.bodies[index]
            let ours = Result {
                try InclusionProofFile(parsing: Array(text.utf8)).verify(record: record, origin: SampleLog.origin, keys: log.keys)
            }
            let theirs = try await python(
                "proof", write("p", text.utf8), write("r", record), log.signer.verifierKey.text)
            #expect(((try? ours.get()) != nil) == (theirs.status == 0), "seed \(seed), round \(round): \(theirs)")
            #expect((theirs.status == 0) == (round % 3 == 0))
        }
        try FileManager.default.removeItem(atPath: folder)
    }

    @Test("follows handovers of the key, from the old one and from the new one")
    func handovers() async throws {
        let log = try SampleLog.of(600)
        let next = try NoteSigner(name: SampleLog.origin, privateKey: Ed25519PrivateKey(seed: [UInt8](repeating: 8, count: 32)))
        let last = try NoteSigner(name: SampleLog.origin, privateKey: Ed25519PrivateKey(seed: [UInt8](repeating: 9, count: 32)))
        func checkpoint(_ size: Int) throws -> Checkpoint { try Checkpoint(parsing: log.checkpoint(size).text) }
        let handovers = try [
            KeySuccession(at: checkpoint(300), from: log.signer, to: next), KeySuccession(at: checkpoint(500), from: next, to: last),
        ]
        let proof = try ExportProof(range: 0..<600, checkpoint: checkpoint(600).signed(by: [last]), tile: log.load)
        var exporter = JSONLinesExporter(
            ExportContext(origin: SampleLog.origin, productVersion: "1", proof: proof, successions: handovers))
        var file = try exporter.header()
        for (index, body) in log.bodies.enumerated() { file += try exporter.record(index: index, bytes: body) }
        file += try exporter.footer()
        let path = try write("h.jsonl", file)
        for key in [log.signer.verifierKey, next.verifierKey, last.verifierKey] {
            #expect(log.verify(file, keys: [key]).holds)
            #expect(try await python("export", path, key.text).status == 0)
        }
        let stranger = try NoteSigner(name: SampleLog.origin, privateKey: Ed25519PrivateKey(seed: [UInt8](repeating: 1, count: 32)))
        #expect(!log.verify(file, keys: [stranger.verifierKey]).holds)
        #expect(try await python("export", path, stranger.verifierKey.text).status == 1)
        try FileManager.default.removeItem(atPath: folder)
    }

    @Test("pymerkle has the same roots and inclusion proofs, and our consistency proofs fit its roots")
    func pymerkle() async throws {
        let seed = Campaign.seed
        var random = SplitMix64(seed: seed)
        for _ in 0..<4 {
            let log = try Self.randomLog(&random, Int.random(in: 1...900, using: &random))
            let count = log.bodies.count
            var (roots, inclusion, consistency): ([String: JSONValue], [JSONValue], [JSONValue]) = ([:], [], [])
            for size in Set((0..<12).map { _ in Int.random(in: 1...count, using: &random) } + [1, count]) {
                var prover = MerkleProver(size: size, tile: log.load)
                roots["\(size)"] = .string(try prover.root().hex)
                let index = Int.random(in: 0..<size, using: &random)
                inclusion.append(
                    [
                        "index": .integer(Int64(index)), "size": .integer(Int64(size)),
                        "path": .array(try prover.inclusionProof(index: index).map { .string($0.hex) }),
                    ])
                let old = Int.random(in: 1...size, using: &random)
                consistency.append(
                    [
                        "old": .integer(Int64(old)), "new": .integer(Int64(size)),
                        "path": .array(try prover.consistencyProof(from: old).map { .string($0.hex) }),
                    ])
            }
            let question: JSONValue = [
                "entries": .array(log.bodies.map { .string($0.map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined()) }),
                "roots": .object(roots), "inclusion": .array(inclusion), "consistency": .array(consistency),
            ]
            let answer = try await TestProcess.run(
                Installed.python(), ["-IB", SourceTree.fixture("merkle_agreement.py")], input: Array(question.text.utf8))
            #expect(answer.status == 0, "seed \(seed): \(answer.errors)")
            #expect(answer.output.hasPrefix("\(roots.count) roots, "))
        }
    }
}
