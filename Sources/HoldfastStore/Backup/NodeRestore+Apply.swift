import GRDB
import Glibc
public import HoldfastCore
import HoldfastCrypto

/// What a restore did.
public struct RestoreReport: Sendable {
    /// The first is 1.
    public let epoch: Int
    /// Records of the log now, the one of the restore among them.
    public let size: Int
    /// Where the state that was there before is; nil when there was none.
    public let replaced: String?
    /// What was revoked or forgotten since the backup, and stays so: tokens, application sockets, contents.
    public let carriedOver: Int
}

extension NodeRestore {
    static let operation = "node.restore"

    /// Writes the record of the restore into the restored log, and exchanges the states.
    /// - Parameter actor: who restores.
    /// - Throws: ``HoldfastError`` `internal_error` before ``check()``; what opening a store throws.
    public func apply(by actor: AuditActor) async throws -> RestoreReport {
        guard let check = checked else { throw HoldfastError(.internalError, "A backup is checked before it is restored.") }
        let carried = check.presentHolds ? try carryOver() : 0
        let store = try NodeStore.open(openingOptions)
        let now = options.now()
        let (manifest, present) = (check.manifest, check.present)
        let id = Hex.encode(try SecureRandom.bytes(16))
        let epoch: Int
        do {
            epoch = try await store.commit(essential: true) { transaction in
                let epoch = 1 + (try Int.fetchOne(transaction.database, sql: "SELECT max(epoch) FROM log_epoch") ?? 0)
                try transaction.database.run(
                    "INSERT INTO log_epoch (epoch, size, replaced, time) VALUES (?, ?, ?, ?)",
                    [epoch, manifest.size, present?.size ?? 0, now])
                var record = AuditRecord(
                    id: id, time: now, phase: .event, actor: actor, operation: Self.operation,
                    resource: AuditResource(
                        kind: "checkpoint", name: present.map { "\($0.size) \($0.root.base64)" },
                        digest: present.flatMap { SHA256Digest(bytes: $0.root.bytes) }),
                    outcome: AuditOutcome(.ok), policyGeneration: 0)
                record.parameters = [
                    "epoch": Int64(epoch), "backup_size": Int64(manifest.size), "backup_time": manifest.time,
                    "replaced_size": Int64(present?.size ?? 0), "carried_over": Int64(carried),
                ]
                try transaction.append(record)
                transaction.signs = true
                return epoch
            }
        } catch {
            await store.close()
            throw error
        }
        let size = Int(store.audit.size)
        await store.close()
        for name in ["lock", "reserve", "blobs"] { try Tree.remove("\(exchange.building)/\(name)") }
        let replaced = try exchange.adopt(as: "\(now)")
        done()
        return RestoreReport(epoch: epoch, size: size, replaced: replaced, carriedOver: carried)
    }

    /// What was taken away since the backup does not come back: tokens and application sockets that were revoked, content and salts that were
    /// forgotten. Only from a log of this node that holds.
    /// - Returns: how many rows that were.
    private func carryOver() throws -> Int {
        let connection = try DatabaseQueue(path: exchange.building + "/holdfast.db")
        defer { try? connection.close() }
        return try connection.writeWithoutTransaction { database in
            try database.execute(sql: "ATTACH DATABASE ? AS present", arguments: [directory.database])
            defer { try? database.execute(sql: "DETACH DATABASE present") }
            var count = 0
            try database.inTransaction(.immediate) {
                for sql in [
                    "DELETE FROM main.access_token WHERE hash NOT IN (SELECT hash FROM present.access_token)",
                    "DELETE FROM main.application_socket WHERE name NOT IN (SELECT name FROM present.application_socket)",
                    "DELETE FROM main.captured_content WHERE id NOT IN (SELECT id FROM present.audit_salt)",
                    "DELETE FROM main.audit_salt WHERE id NOT IN (SELECT id FROM present.audit_salt)",
                ] {
                    try database.execute(sql: sql)
                    count += database.changesCount
                }
                return .commit
            }
            return count
        }
    }
}
