import GRDB
import Glibc
import HoldfastCore

/// Recomputes a node's audit log from its records and holds it against the signed checkpoints. Reads only; the daemon may be running.
///
/// It finds any record that was changed, removed, inserted or exchanged below the newest checkpoint, in the database or in STATE/checkpoint,
/// whichever covers more. Whoever holds the signing key can write another log: against that, keep a checkpoint elsewhere.
public struct AuditVerifier: Sendable {
    private static let pageSize = 1000
    private let directory: StateDirectory
    private let key: NoteVerifierKey

    /// - Parameter key: the verifier key's text (c2sp.org/signed-note); nil takes STATE/keys/audit.pub.
    /// - Throws: ``HoldfastError`` `audit_broken` for a malformed key, `file_unreadable` when there is none.
    public init(stateDirectory: String, key: String? = nil) throws {
        directory = StateDirectory(path: stateDirectory)
        if let key {
            self.key = try NoteVerifierKey(parsing: key)
        } else {
            guard let bytes = try SmallFile.read(directory.verifierKey) else {
                throw SystemError.error("read the audit log's verifier key", directory.verifierKey, code: ENOENT)
            }
            let text = String(decoding: bytes, as: UTF8.self)
            self.key = try NoteVerifierKey(parsing: text.hasSuffix("\n") ? text.dropLast() : text[...])
        }
    }

    /// - Parameter progress: called with the records checked so far and their number.
    /// - Throws: ``HoldfastError`` when the log cannot be read at all; what does not fit is in the report.
    public func verify(progress: @Sendable (Int64, Int64) -> Void = { _, _ in }) async throws -> AuditReport {
        // Before the database, which is always ahead of it.
        let file = try SmallFile.read(directory.checkpoint).map { SignedEvidence($0, source: "STATE/checkpoint", key: key) }
        let database = try EvidenceDatabase(directory.database, count: max(2, min(4, Int(sysconf(Int32(_SC_NPROCESSORS_ONLN))))))
        do {
            return try await verify(database.connections, file, progress)
        } catch let error as DatabaseError {
            throw DatabaseFailure.error(error, "read the audit log")
        }
    }

    private func verify(
        _ connections: [DatabaseQueue], _ file: SignedEvidence?, _ progress: @Sendable (Int64, Int64) -> Void
    ) async throws -> AuditReport {
        let (size, notes) = try await connections[0].read { database in
            let newest = try Row.fetchOne(database, sql: "SELECT size, note FROM checkpoint ORDER BY size DESC LIMIT 1")
            return (
                try Int.fetchOne(database, sql: "SELECT max(leaf) + 1 FROM audit_record") ?? 0,
                try newest.map { ($0[0] as Int, try $0.bytes(1)) }
            )
        }
        let newest = notes.map { SignedEvidence($0.1, source: "checkpoint \($0.0)", key: key) }
        let covered = [newest, file].compactMap { $0?.checkpoint?.size }.max() ?? 0
        var tree = TreeCheck(wanted: covered)
        tree.expect([file, newest.flatMap { $0.isSigned ? nil : $0 }].compactMap { $0 })
        var report = AuditReport(size: Int64(size), checkpointSize: Int64(covered), checkedRecords: 0, checkedCheckpoints: 0)
        var first = try await check(connections, size: size, covered: covered, last: notes?.0 ?? -1, &tree, &report, progress)
        if first == nil, size < covered {
            first = AuditReport.Problem(
                index: Int64(size),
                what: "Records \(size) to \(covered - 1) are missing: the log was cut off, and its checkpoint covers \(covered).")
        }
        if first == nil, newest == nil { first = AuditReport.Problem(what: "The log has no checkpoint at all.") }
        let other = tree.problem
        report.firstProblem = [first, other].compactMap { $0 }.min { ($0.index ?? .max) < ($1.index ?? .max) }
        report.root = tree.wantedRoot
        report.checkedCheckpoints = tree.checkedCheckpoints
        if let index = report.firstProblem?.index {
            report.firstProblem?.recordID = try? await connections[0].read {
                try String.fetchOne($0, sql: "SELECT id FROM audit_record WHERE leaf = ?", arguments: [index])
            }
        }
        return report
    }

    /// Checks runs of records on all connections at once and feeds the tree in order.
    private func check(
        _ connections: [DatabaseQueue], size: Int, covered: Int, last: Int, _ tree: inout TreeCheck, _ report: inout AuditReport,
        _ progress: (Int64, Int64) -> Void
    ) async throws -> AuditReport.Problem? {
        let starts = Array(stride(from: 0, to: size, by: LeafCheck.runLength))
        var problem: AuditReport.Problem?
        var known = -1
        try await withThrowingTaskGroup(of: (Int, LeafCheck).self) { group in
            var done: [Int: LeafCheck] = [:]
            var (next, wanted) = (0, 0)
            func begin() {
                guard next < starts.count, next - wanted < connections.count * 4 else { return }
                let (number, connection) = (next, connections[next % connections.count])
                let range = starts[number]..<min(starts[number] + LeafCheck.runLength, size)
                group.addTask { (number, try await connection.read { try LeafCheck(range, covered: covered, in: $0) }) }
                next += 1
            }
            for _ in 0..<connections.count * 2 { begin() }
            while let (number, result) = try await group.next() {
                done[number] = result
                while let run = done.removeValue(forKey: wanted) {
                    wanted += 1
                    let connection = connections[wanted % connections.count]
                    while known < min(run.range.upperBound, last) {
                        let page = try await evidence(after: known, upTo: last, connection)
                        guard let end = page.last?.size else { break }
                        tree.expect(page.map(\.evidence))
                        known = end
                    }
                    for tile in tree.append(run.leaves) { tree.compare(tile, stored: try await hashes(tile, connection)) }
                    report.checkedRecords += Int64(run.checked)
                    problem = problem ?? run.problem
                    progress(report.checkedRecords, Int64(size))
                    if run.leaves.count < run.range.count {
                        group.cancelAll()
                        return
                    }
                }
                begin()
                begin()
            }
        }
        for tile in tree.finish() { tree.compare(tile, stored: try await hashes(tile, connections[0])) }
        return problem
    }

    private func hashes(_ tile: Tile, _ connection: DatabaseQueue) async throws -> [MerkleHash] {
        try await connection.read { try LogHead.hashes(tile.coordinate, in: $0) }
    }

    /// A page of stored checkpoints, ascending.
    private func evidence(
        after size: Int, upTo last: Int, _ connection: DatabaseQueue
    ) async throws -> [(size: Int, evidence: SignedEvidence)] {
        let notes = try await connection.read { database in
            try Row.fetchAll(
                database, sql: "SELECT size, note FROM checkpoint WHERE size > ? AND size <= ? ORDER BY size LIMIT ?",
                arguments: [size, last, Self.pageSize]
            ).map { (size: $0[0] as Int, note: try $0.bytes(1)) }
        }
        return notes.map { ($0.size, SignedEvidence($0.note, source: "checkpoint \($0.size)", key: key)) }
    }
}
