import Foundation
import GRDB
import HoldfastCore
import HoldfastTestSupport

@testable import HoldfastStore

/// One power cut: what it left is opened as a daemon would, and held against what callers had been told.
enum CrashTrial {
    struct Result: Sendable {
        /// Acknowledged records that had to be there.
        var expected = 0
        /// Of those, the missing and the altered.
        var lost = 0
        /// Everything that was not as promised, in words.
        var problems: [String] = []
    }

    static func run(
        _ image: CrashImage, _ claims: CrashClaims, at position: Int, keys: [String: [UInt8]], using random: inout SplitMix64
    ) async -> Result {
        var result = Result()
        result.expected = claims.records.count { $0.position <= position }
        do {
            let state = try CrashState()
            try state.write(image)
            for (name, bytes) in keys { try state.write(name, bytes) }
            for (digest, blob) in claims.blobs where blob.position <= position || Bool.random(using: &random) {
                try state.write("blobs/sha256/\(digest.hex)", blob.bytes)
            }
            // The index of the write-ahead log is not kept by anyone: whatever is found of it must not be believed.
            if Int.random(in: 0..<4, using: &random) == 0 {
                try state.write("holdfast.db-shm", (0..<32768).map { _ in UInt8.random(in: 0...255, using: &random) })
            }
            let note = claims.notes.last { $0.position <= position }?.bytes
            if let note { try state.write("checkpoint", note) }
            let store = try state.open()
            try await check(store, claims, at: position, note: note, &result)
            await store.close()
            let report = try await AuditVerifier(stateDirectory: state.path).verify()
            if !report.holds { result.problems.append("audit verify: \(report.firstProblem?.what ?? "?")") }
        } catch {
            result.lost = max(result.lost, result.expected)
            result.problems.append("does not open or answer: \(error)")
        }
        return result
    }

    private static func check(
        _ store: NodeStore, _ claims: CrashClaims, at position: Int, note: [UInt8]?, _ result: inout Result
    ) async throws {
        let records = try await store.audit.records(matching: AuditFilter(), after: -1, limit: .max)
        if records.map(\.index) != Array(0..<store.audit.size) { result.problems.append("indices are not dense") }
        let salts = try await store.connection.read { try Set(String.fetchAll($0, sql: "SELECT id FROM audit_salt")) }
        for claim in claims.records where claim.position <= position {
            let found = records.indices.contains(Int(claim.index)) ? records[Int(claim.index)] : nil
            if found?.bytes != claim.bytes {
                result.lost += 1
                result.problems.append("record \(claim.index) (\(claim.id)) is \(found == nil ? "missing" : "another one")")
            } else if claim.isSalted, !salts.contains(claim.id) {
                result.problems.append("the salt of record \(claim.index) is missing")
            }
        }
        for record in records where !claims.asked.contains(record.record.id) {
            result.problems.append("record \(record.index) (\(record.record.id)) was never asked for")
        }
        try await checkNames(store, claims, at: position, Set(records.map(\.record.id)), &result)
        let integrity = try await store.connection.read { database in
            try String.fetchAll(database, sql: "PRAGMA integrity_check")
                + Row.fetchAll(database, sql: "PRAGMA foreign_key_check").map { "\($0)" }
        }
        if integrity != ["ok"] { result.problems.append("integrity_check: \(integrity.joined(separator: "; "))") }
        var leaves = records.map { MerkleHash.leaf($0.bytes) }
        if let note {
            let published = try Checkpoint(
                verifying: SignedNote(parsing: note), origin: store.verifierKey.name, keys: [store.verifierKey])
            if published.size > leaves.count || root(leaves[..<published.size]) != published.root {
                result.problems.append("the log is not the one that STATE/checkpoint covers up to \(published.size)")
            }
        }
        // It serves again.
        let added = try await store.commit { try $0.append(.sample(77)) }
        guard let last = try await store.audit.record(at: added), added == leaves.count else {
            return result.problems.append("a new record is not the next one")
        }
        leaves.append(.leaf(last.bytes))
        let checkpoint = try await store.checkpoint()
        if checkpoint.size != leaves.count || checkpoint.root != root(leaves[...]) {
            result.problems.append("the tree is not that of the records")
        }
    }

    private static func checkNames(
        _ store: NodeStore, _ claims: CrashClaims, at position: Int, _ ids: Set<String>, _ result: inout Result
    ) async throws {
        let entries = try await store.registry.entries()
        let present = Dictionary(entries.flatMap { entry in entry.names.map { ($0, entry.digest) } }) { first, _ in first }
        for (name, claim) in claims.names {
            let isThere = present[name] != nil
            let mustBe = claim.added.map { $0 <= position } == true && claim.removalAsked.map { $0 <= position } != true
            if mustBe, present[name] != claim.digest { result.problems.append("model \(name) is missing") }
            if claim.removed.map({ $0 <= position }) == true, isThere { result.problems.append("model \(name) is back") }
            // A change of state and its record are one.
            if isThere != (ids.contains("add-\(name)") && !ids.contains("remove-\(name)")) {
                result.problems.append("the registry and the log disagree about \(name)")
            }
            if isThere, case .ok = try store.blobs.verify(claim.digest) {
            } else if isThere {
                result.problems.append("the file of \(name) is not whole")
            }
        }
    }

    /// The tree's root by the definition of RFC 6962 §2.1, and not by way of tiles.
    private static func root(_ leaves: ArraySlice<MerkleHash>) -> MerkleHash {
        guard leaves.count > 1 else { return leaves.first ?? .emptyRoot }
        var split = 1
        while split * 2 < leaves.count { split *= 2 }
        return .node(root(leaves.prefix(split)), root(leaves.dropFirst(split)))
    }
}
