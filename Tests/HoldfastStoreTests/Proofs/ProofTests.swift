import HoldfastCore
import HoldfastCrypto
import Testing

@testable import HoldfastStore

@Suite struct ProofTests {
    private let state = try! TemporaryState()

    private func filled(_ count: Int) async throws -> NodeStore {
        let store = try state.open()
        try await store.commit { for number in 0..<count { try $0.append(.sample(number, model: number % 3 == 0 ? "m:latest" : nil)) } }
        try await store.checkpoint()
        return store
    }

    @Test(arguments: [1, 2, 255, 256, 257, 700]) func everyRecordCanBeProved(_ count: Int) async throws {
        let store = try await filled(count)
        for index in Set([0, count / 2, count - 1, min(256, count - 1)]) {
            let proof = try InclusionProofFile(parsing: Array(try await store.audit.inclusionProof(of: index).encoded.utf8))
            let body = try #require(try await store.audit.record(at: Int64(index))?.bytes)
            #expect(try proof.verify(record: body, origin: store.verifierKey.name, keys: [store.verifierKey]).size == count)
        }
        #expect(await code { _ = try await store.audit.inclusionProof(of: count) } == .recordNotFound)
        await store.close()
    }

    @Test func anyTwoStatesAreConsistent() async throws {
        let store = try state.open()
        var kept: [Checkpoint] = [store.audit.lastCheckpoint()]
        for size in [1, 3, 256, 300, 512, 700] {
            let first = Int(store.audit.size)
            try await store.commit { for number in first..<size { try $0.append(.sample(number)) } }
            kept.append(try await store.checkpoint())
        }
        for old in kept {
            for new in kept where new.size >= old.size {
                let found = try await store.audit.consistency(from: old.size, to: new.size)
                #expect(
                    MerkleProof.verifyConsistency(
                        oldSize: old.size, oldRoot: old.root, newSize: new.size, newRoot: new.root, proof: found.hashes),
                    "\(old.size) and \(new.size)")
            }
        }
        #expect(await code { _ = try await store.audit.consistency(from: 701) } == .recordNotFound)
        #expect(await code { _ = try await store.audit.consistency(from: 5, to: 4) } == .recordNotFound)
        await store.close()
    }

    /// What an export is made of, also over entries that are gone.
    @Test func pagesCoverARangeWithoutAHole() async throws {
        let store = try await filled(2500)
        let plan = try #require(try await store.plan(oldest: 256))
        try await store.remove(plan, because: .budget)
        let export = try await store.audit.exportPlan(since: nil, until: nil)
        let end = 2501
        #expect(export.proof.range == 0..<end)
        var exporter = JSONLinesExporter(
            ExportContext(origin: store.verifierKey.name, productVersion: "1", proof: export.proof, successions: export.successions))
        var file = try exporter.header()
        var next = 0
        let filter = AuditFilter(model: ModelName("m"))
        while next < end {
            let page = try await store.audit.page(of: export.proof.range, from: next, matching: filter)
            #expect(page.range.lowerBound == next && page.contents.count == page.range.count && page.leaves.count == page.range.count)
            for (offset, content) in page.contents.enumerated() {
                let (index, leaf) = (next + offset, page.leaves[offset])
                switch content {
                case .shown(let bytes): file += try exporter.record(index: index, bytes: bytes)
                case .filtered: file += try exporter.withheld(index..<index + 1, .filter, leaves: [leaf])
                case .gone(let reason): file += try exporter.withheld(index..<index + 1, reason, leaves: [leaf])
                }
            }
            next = page.range.upperBound
        }
        file += try exporter.footer()
        var verifier = ExportVerifier(keys: [store.verifierKey])
        verifier.read(file)
        let found = verifier.finish()
        #expect(found.holds, "\(found)")
        #expect(found.withheld[.sealed] == 256 && found.shown == (256..<2500).count { $0 % 3 == 0 })
        let part = try await store.audit.exportPlan(since: 1_700_000_000_300, until: nil)
        #expect(part.proof.range == 300..<end)
        // A stretch without a record is one too.
        #expect(try await store.audit.exportPlan(since: .max, until: nil).proof.range.isEmpty)
        await store.close()
        try state.tamper("DELETE FROM audit_record WHERE leaf = 1000")
        let broken = try state.open()
        #expect(await code { _ = try await broken.audit.page(of: 0..<2000, from: 512, matching: filter) } == .auditBroken)
        await broken.close()
    }
}
