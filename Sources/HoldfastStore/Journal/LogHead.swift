import GRDB
import HoldfastCore

/// The end of the log: its tree and its newest checkpoint. A value, so that a transaction works on a copy and a failed one leaves no trace.
struct LogHead: Sendable {
    /// A checkpoint covers at least every 256th record.
    static let checkpointInterval = 256
    private(set) var tree = TiledTree()
    private(set) var checkpoint: Checkpoint
    /// The checkpoint's signed note.
    private(set) var note: String
    private var signer: NoteSigner

    var size: Int { tree.size }
    var root: MerkleHash { tree.root }
    var origin: String { checkpoint.origin }
    var verifierKey: NoteVerifierKey { signer.verifierKey }

    /// Begins an empty log with a checkpoint of size 0.
    init(new signer: NoteSigner, in database: Database, now: Int64) throws {
        self.signer = signer
        checkpoint = try Checkpoint(origin: signer.verifierKey.name, size: 0, root: .emptyRoot)
        note = ""
        try sign(in: database, now: now)
    }

    /// Adds the leaves, writes the tiles that changed, and signs where a checkpoint is due.
    /// - Parameter signing: also at the end, when it has records no checkpoint covers.
    mutating func append(_ leaves: [MerkleHash], signing: Bool, in database: Database, now: Int64) throws {
        var changed: [TileCoordinate: Tile] = [:]
        var isSigned = false
        var rest = leaves[...]
        repeat {
            let part = rest.prefix(Self.checkpointInterval - (size - checkpoint.size))
            rest = rest.dropFirst(part.count)
            for tile in tree.append(contentsOf: part) {
                changed[TileCoordinate(level: tile.coordinate.level, index: tile.coordinate.index)] = tile
            }
            let uncovered = size - checkpoint.size
            if uncovered >= Self.checkpointInterval || (signing && rest.isEmpty && uncovered > 0) {
                try sign(in: database, now: now)
                isSigned = true
            }
        } while !rest.isEmpty
        for tile in changed.values { try store(tile, in: database) }
        if isSigned, let tail = tree.partialTile(level: 0) { try store(tail, in: database) }
    }

    private mutating func sign(in database: Database, now: Int64) throws {
        checkpoint = try Checkpoint(origin: signer.verifierKey.name, size: size, root: tree.root)
        note = try checkpoint.signed(by: [signer]).encoded
        try database.run("INSERT INTO checkpoint (size, time, note) VALUES (?, ?, ?)", [size, now, note])
    }

    /// A note of something else than the log's size, by the log's key.
    func sign(_ text: String) throws -> SignedNote { try SignedNote(text: text, signers: [signer]) }

    /// Lets another key sign from here on. The newest checkpoint, which must cover everything, gets its signature too.
    mutating func handOver(to successor: NoteSigner, in database: Database, now: Int64) throws {
        guard checkpoint.size == size, size > 0 else {
            throw HoldfastError(.internalError, "The signing key can hand over only where a checkpoint covers all records.")
        }
        try KeyHandover.store(KeySuccession(at: checkpoint, from: signer, to: successor), in: database, now: now)
        note = try checkpoint.signed(by: [signer, successor]).encoded
        try database.run("UPDATE checkpoint SET note = ? WHERE size = ?", [note, size])
        signer = successor
    }

    private func store(_ tile: Tile, in database: Database) throws {
        try database.run(
            """
            INSERT INTO tile (level, position, hashes) VALUES (?, ?, ?)
            ON CONFLICT (level, position) DO UPDATE SET hashes = excluded.hashes
            """, [tile.coordinate.level, tile.coordinate.index, Blob(tile.bytes)])
    }
}

extension LogHead {
    /// Takes up the stored log: the tree as of the newest checkpoint from its tiles, held against the signature, and the few records after it.
    /// - Returns: nil when there is no log yet.
    /// - Throws: ``HoldfastError`` `audit_broken` when the log does not reach, or does not have, what the checkpoint says.
    init?(restoring signer: NoteSigner, from database: Database) throws {
        guard let note = try String.fetchOne(database, sql: "SELECT note FROM checkpoint ORDER BY size DESC LIMIT 1") else { return nil }
        let records = try Int.fetchOne(database, sql: "SELECT max(leaf) + 1 FROM audit_record") ?? 0
        self.signer = signer
        self.note = note
        do {
            checkpoint = try Checkpoint(
                verifying: SignedNote(parsing: Array(note.utf8)), origin: signer.verifierKey.name, keys: [signer.verifierKey])
        } catch {
            throw Self.broken("its newest checkpoint has no valid signature of this node", error)
        }
        guard records >= checkpoint.size else {
            throw Self.broken("it has \(records) records, and its newest checkpoint covers \(checkpoint.size)")
        }
        do {
            tree = try TiledTree(size: checkpoint.size) { try Self.hashes($0, in: database) }
        } catch let error as DatabaseError {
            throw error
        } catch { throw Self.broken("a tile of its tree is missing", error) }
        guard tree.root == checkpoint.root else { throw Self.broken("its tree is not the one its newest checkpoint covers") }
        let bodies = try Row.fetchCursor(
            database, sql: "SELECT leaf, body FROM audit_record WHERE leaf >= ? ORDER BY leaf", arguments: [checkpoint.size])
        while let row = try bodies.next() {
            guard row[0] == size else { throw Self.broken("record \(size) is missing") }
            // The store signs over a gap record in the gap record's own transaction; signing a foreign one would make it true.
            let body = try row.bytes(1)
            guard (try? AuditRecord(parsing: body))?.operation != GapRecord.operation else {
                throw Self.broken("record \(size) is a gap record that was never signed")
            }
            // Its tiles were stored with the records themselves.
            _ = tree.append(.leaf(body))
        }
    }

    /// The head of another copy of this log.
    func reread(from database: Database) throws -> LogHead? { try LogHead(restoring: signer, from: database) }

    static func hashes(_ tile: TileCoordinate, in database: Database) throws -> [MerkleHash] {
        let row = try Row.fetchOne(
            database, sql: "SELECT hashes FROM tile WHERE level = ? AND position = ?", arguments: [tile.level, tile.index])
        return try MerkleHash.decodeList(row?.bytes(0) ?? [])
    }

    /// The file beside the database is written after it, so it is never ahead: unless the database is an older copy, or was cut off together
    /// with its checkpoints. Signing on would make that true.
    /// - Throws: ``HoldfastError`` `audit_broken`.
    func refuseRollback(behind kept: Checkpoint?) throws {
        guard let kept, kept.size > checkpoint.size || kept.size == checkpoint.size && kept.root != checkpoint.root else { return }
        throw Self.broken("its newest checkpoint covers \(checkpoint.size) records, and the checkpoint file beside it \(kept.size)")
    }

    private static func broken(_ why: String, _ cause: (any Error)? = nil) -> HoldfastError {
        HoldfastError(
            .auditBroken, "The audit log was changed from outside: \(why).",
            hint: "holdfast audit verify --state DIR names the first record that does not fit", cause: cause)
    }
}
