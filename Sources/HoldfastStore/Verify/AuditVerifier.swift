import GRDB
import Glibc
public import HoldfastCore

/// Recomputes a node's audit log from its records and holds it against the signed checkpoints. Reads only; the daemon may be running.
///
/// It finds any record that was changed, removed, inserted or exchanged below the newest checkpoint, in the database or in STATE/checkpoint,
/// whichever covers more. Whoever holds the signing key can write another log: against that, keep a checkpoint elsewhere.
public struct AuditVerifier: Sendable {
    private static let pageSize = 1000
    private let directory: StateDirectory
    private let path: String
    private let key: NoteVerifierKey

    /// - Parameter key: the verifier key's text (c2sp.org/signed-note); nil takes STATE/keys/audit.pub.
    /// - Throws: ``HoldfastError`` `audit_broken` for a malformed key, `file_unreadable` when there is none.
    public init(stateDirectory: String, key: String? = nil) throws {
        directory = StateDirectory(path: stateDirectory)
        path = directory.database
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

    /// For a copy of the database that is not in its place yet.
    init(database path: String, directory: StateDirectory, key: NoteVerifierKey) {
        self.directory = directory
        self.path = path
        self.key = key
    }

    /// - Parameters:
    ///   - kept: checkpoints that were kept elsewhere: the log must begin with what they cover.
    ///   - progress: called with the records checked so far and their number.
    /// - Throws: ``HoldfastError`` when the log cannot be read at all; what does not fit is in the report.
    public func verify(
        against kept: [SignedNote] = [], progress: @Sendable (Int64, Int64) -> Void = { _, _ in }
    ) async throws -> AuditReport {
        // Before the database, which is always ahead of it.
        let file = try SmallFile.read(directory.checkpoint)
        let database = try EvidenceDatabase(path, count: max(2, min(4, Int(sysconf(Int32(_SC_NPROCESSORS_ONLN))))))
        do {
            let keys = try await database.connections[0].read { database in Result { try KeyHandover.all(in: database) } }
            let evidence = try evidence(keys, file, kept)
            var report = try await verify(database.connections, evidence, progress)
            // Where entries went by a gap that is younger than the check, it begins again.
            for _ in 0..<3 where !report.holds {
                let minimum = try await database.connections[0].read { try GapClaim.all(in: $0).last?.gap.range.upperBound }
                guard Int64(minimum ?? 0) > report.minimumIndex else { break }
                report = try await verify(database.connections, evidence, progress)
            }
            return report
        } catch let error as DatabaseError {
            throw DatabaseFailure.error(error, "read the audit log", file: path)
        }
    }

    /// What the log is held against, beside its own checkpoints.
    private struct Evidence: Sendable {
        let chain: KeyChain
        let outside: [SignedEvidence]
        let problem: AuditReport.Problem?
    }

    private func evidence(_ handovers: Result<[KeySuccession], any Error>, _ file: [UInt8]?, _ kept: [SignedNote]) throws -> Evidence {
        var chain = KeyChain(trusting: [key])
        var problem: AuditReport.Problem?
        do {
            chain = try KeyChain(trusting: [key], successions: try handovers.get())
        } catch let error as HoldfastError where error.code == .auditBroken {
            problem = AuditReport.Problem(what: "The handovers of the signing key were changed: \(error.message)")
        }
        let kept = try kept.map { note in
            let checkpoint = try chain.checkpoint(verifying: note, origin: key.name)
            return SignedEvidence(
                Array(note.encoded.utf8), source: "the checkpoint of \(checkpoint.size) records that was kept", chain: chain,
                origin: key.name)
        }
        let file = file.map { SignedEvidence($0, source: "STATE/checkpoint", chain: chain, origin: key.name) }
        return Evidence(
            chain: chain, outside: [file].compactMap { $0 } + kept + chain.successions.map(SignedEvidence.init), problem: problem)
    }

    private func verify(
        _ connections: [DatabaseQueue], _ evidence: Evidence, _ progress: @Sendable (Int64, Int64) -> Void
    ) async throws -> AuditReport {
        let (size, notes, claims) = try await connections[0].read { database in
            let newest = try Row.fetchOne(database, sql: "SELECT size, note FROM checkpoint ORDER BY size DESC LIMIT 1")
            return (
                try Int.fetchOne(database, sql: "SELECT max(leaf) + 1 FROM audit_record") ?? 0,
                try newest.map { ($0[0] as Int, try $0.bytes(1)) }, try GapClaim.all(in: database)
            )
        }
        let newest = notes.map { stored($0.1, size: $0.0, evidence.chain) }
        let covered = ([newest] + evidence.outside).compactMap { $0?.checkpoint?.size }.max() ?? 0
        var tree = TreeCheck(wanted: covered)
        var gaps = GapCheck(claims, covered: covered)
        tree.expect(evidence.outside + [newest.flatMap { $0.isSigned ? nil : $0 }].compactMap { $0 })
        var report = AuditReport(size: Int64(size), checkpointSize: Int64(covered), checkedRecords: 0, checkedCheckpoints: 0)
        var first = try await check(
            connections, size: size, covered: covered, last: notes?.0 ?? -1, evidence.chain, &tree, &gaps, &report, progress)
        if first == nil, size < covered {
            first = AuditReport.Problem(
                index: Int64(size),
                what: "Records \(size) to \(covered - 1) are missing: the log was cut off, and its checkpoint covers \(covered).")
        }
        if first == nil, newest == nil { first = AuditReport.Problem(what: "The log has no checkpoint at all.") }
        report.firstProblem = [first, evidence.problem, tree.problem, gaps.problem].compactMap { $0 }.min {
            ($0.index ?? .max) < ($1.index ?? .max)
        }
        report.root = tree.wantedRoot
        report.minimumIndex = Int64(gaps.minimumIndex)
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
        _ connections: [DatabaseQueue], size: Int, covered: Int, last: Int, _ chain: KeyChain, _ tree: inout TreeCheck,
        _ gaps: inout GapCheck,
        _ report: inout AuditReport, _ progress: (Int64, Int64) -> Void
    ) async throws -> AuditReport.Problem? {
        let minimum = gaps.minimumIndex
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
                group.addTask {
                    (number, try await connection.read { try LeafCheck(range, covered: covered, minimumIndex: minimum, in: $0) })
                }
                next += 1
            }
            for _ in 0..<connections.count * 2 { begin() }
            while let (number, result) = try await group.next() {
                done[number] = result
                while let run = done.removeValue(forKey: wanted) {
                    wanted += 1
                    let connection = connections[wanted % connections.count]
                    while known < min(run.range.upperBound, last) {
                        let page = try await checkpoints(after: known, upTo: last, chain, connection)
                        guard let end = page.last?.size else { break }
                        tree.expect(page.map(\.evidence))
                        known = end
                    }
                    for tile in tree.append(run.leaves) { tree.compare(tile, stored: try await hashes(tile, connection)) }
                    gaps.append(run.leaves)
                    report.checkedRecords += Int64(run.checked)
                    report.removedRecords += Int64(run.removed)
                    problem = problem ?? run.problem
                    progress(report.checkedRecords + report.removedRecords, Int64(size))
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
    private func checkpoints(
        after size: Int, upTo last: Int, _ chain: KeyChain, _ connection: DatabaseQueue
    ) async throws -> [(size: Int, evidence: SignedEvidence)] {
        let notes = try await connection.read { database in
            try Row.fetchAll(
                database, sql: "SELECT size, note FROM checkpoint WHERE size > ? AND size <= ? ORDER BY size LIMIT ?",
                arguments: [size, last, Self.pageSize]
            ).map { (size: $0[0] as Int, note: try $0.bytes(1)) }
        }
        return notes.map { ($0.size, stored($0.note, size: $0.size, chain)) }
    }

    private func stored(_ note: [UInt8], size: Int, _ chain: KeyChain) -> SignedEvidence {
        SignedEvidence(note, source: "checkpoint \(size)", chain: chain, origin: key.name, size: size)
    }
}
