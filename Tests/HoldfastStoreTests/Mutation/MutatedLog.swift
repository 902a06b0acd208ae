import Foundation
import GRDB
import HoldfastCore
import HoldfastCrypto
import HoldfastTestSupport

@testable import HoldfastStore

/// A closed log with several checkpoints, a handover of its key and a gap; each trial begins with a fresh copy of it.
final class MutatedLog {
    static let size = 700
    private let state: TemporaryState
    private let original: String
    /// Whole copies of the state directory, from before the last records.
    let olderCopies: [String]
    let key: String
    let kept: SignedNote
    /// Records whose entries are gone.
    let removed: Int

    var path: String { state.path }
    var checkpointFile: String { state.path + "/checkpoint" }

    init(random: inout SplitMix64) async throws {
        state = try TemporaryState()
        original = state.folder + "/original"
        var copies: [String] = []
        let store = try state.open()
        key = store.verifierKey.text
        func fill(to end: Int) async throws {
            let first = Int(store.audit.size)
            try await store.commit { for number in first..<end { try $0.append(.sample(number, uid: 1000 + UInt32(number % 5))) } }
        }
        for end in [90, 300, 301, 420] { try await fill(to: end); try await store.checkpoint() }
        _ = try await store.rotateKey(.sample(9000, operation: "audit.rotate-key"))
        try await fill(to: 640)
        try await store.checkpoint()
        guard let plan = try await store.plan(oldest: 256) else { throw TestFailure("nothing to remove") }
        try await store.remove(plan, because: .approved)
        removed = 256
        // An older copy is whole: as it is after a clean stop.
        await store.close()
        copies.append(state.folder + "/older")
        try FileManager.default.copyItem(atPath: state.path, toPath: copies[0])
        let again = try state.open()
        let first = Int(again.audit.size)
        try await again.commit { for number in first..<Self.size { try $0.append(.sample(number)) } }
        try await again.checkpoint()
        kept = try await again.audit.newestNote()
        await again.close()
        olderCopies = copies
        try FileManager.default.copyItem(atPath: state.path, toPath: original)
    }

    func restore() throws { try replace(by: original) }

    func replace(by copy: String) throws {
        try FileManager.default.removeItem(atPath: state.path)
        try FileManager.default.copyItem(atPath: copy, toPath: state.path)
    }

    /// - Returns: what the statements gave back.
    @discardableResult func change(_ sql: String, _ arguments: StatementArguments = []) throws -> Int {
        let connection = try DatabaseQueue(path: state.database)
        let changes = try connection.write { database in
            try database.execute(sql: sql, arguments: arguments)
            return database.changesCount
        }
        try connection.close()
        return changes
    }

    func bytes(_ sql: String, _ arguments: StatementArguments = []) throws -> [UInt8] {
        let connection = try DatabaseQueue(path: state.database)
        defer { try? connection.close() }
        return try connection.read { try Data.fetchOne($0, sql: sql, arguments: arguments).map { Array($0) } ?? [] }
    }

    func integers(_ sql: String) throws -> [Int] {
        let connection = try DatabaseQueue(path: state.database)
        defer { try? connection.close() }
        return try connection.read { try Int.fetchAll($0, sql: sql) }
    }

    /// Whether the verifier reports a problem, or cannot read the log at all.
    func isFound(againstKept: Bool) async -> Bool {
        do {
            return try await !AuditVerifier(stateDirectory: path, key: key).verify(against: againstKept ? [kept] : []).holds
        } catch {
            return true
        }
    }
}
