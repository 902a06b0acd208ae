import GRDB
import Glibc
import HoldfastCore
import HoldfastCrypto

/// The handovers of a log's signing key, in its database.
enum KeyHandover {
    static let operation = "audit.rotate-key"
    static let resourceKind = "key"

    /// As records name the key that comes: its text.
    static func describe(_ record: inout AuditRecord, from old: NoteVerifierKey, to new: NoteVerifierKey) {
        record.resource = AuditResource(kind: resourceKind, name: new.text)
        record.parameters["old_key"] = Int64(old.keyID)
        record.parameters["new_key"] = Int64(new.keyID)
    }

    /// The record of a handover at start.
    /// - Parameter time: milliseconds since 1970.
    static func record(from old: NoteVerifierKey, to new: NoteVerifierKey, at time: Int64) throws -> AuditRecord {
        let actor = AuditActor(Caller(uid: getuid(), gid: getgid(), pid: getpid(), groups: [], socket: .internal))
        let stamp = UInt64(clamping: time) & 0xffff_ffff_ffff
        let id = Hex.encode((0..<6).reversed().map { UInt8(truncatingIfNeeded: stamp >> ($0 * 8)) } + (try SecureRandom.bytes(10)))
        var record = AuditRecord(
            id: id, time: time, phase: .event, actor: actor, operation: operation, outcome: AuditOutcome(.ok), policyGeneration: 0)
        describe(&record, from: old, to: new)
        return record
    }

    static func store(_ succession: KeySuccession, in database: Database, now: Int64) throws {
        try database.run(
            "INSERT INTO audit_key (key, size, time, note) VALUES (?, ?, ?, ?)",
            [succession.new.text, succession.checkpoint.size, now, succession.note.encoded])
    }

    /// All of them, oldest first. A database of before there were any has none.
    /// - Throws: ``HoldfastError`` `audit_broken` for a row that is none.
    static func all(in database: Database) throws -> [KeySuccession] {
        guard try database.tableExists("audit_key") else { return [] }
        let notes = try Row.fetchAll(database, sql: "SELECT note FROM audit_key ORDER BY number")
        return try notes.map { try KeySuccession(parsing: SignedNote(parsing: $0.bytes(0))) }
    }

    /// The key the newest handover names.
    static func newest(in database: Database) throws -> NoteVerifierKey? {
        let text = try String.fetchOne(database, sql: "SELECT key FROM audit_key ORDER BY number DESC LIMIT 1")
        return try text.map { try NoteVerifierKey(parsing: $0) }
    }
}
