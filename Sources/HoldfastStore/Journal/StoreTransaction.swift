import GRDB
public import HoldfastCore

/// One caller's part of a transaction: changes of state and the records that speak of them, durable together or not at all.
///
/// Valid only inside the closure it is given to.
public final class StoreTransaction {
    let database: Database
    /// Milliseconds since 1970, the same for the whole transaction.
    public let now: Int64
    let tokens: TokenLedger
    private let bootID: String
    private let clock: AuditRecord.Clock?
    private let firstLeaf: Int
    private let firstSequence: Int64
    private(set) var leaves: [MerkleHash] = []
    /// Of each leaf: whose it is and how many bytes.
    private var weights: [(tenant: String, bytes: Int64)] = []
    var changesRegistry = false
    /// Digests whose pins go when this is committed.
    var adopted: [SHA256Digest] = []
    var signs = false
    /// Takes over the signing at the end of this transaction.
    var successor: NoteSigner?
    /// Set by a gap record.
    var minimumIndex: Int64?

    init(
        _ database: Database, bootID: String, firstLeaf: Int, firstSequence: Int64, tokenClock: TokenClock, now: Int64, isClockTrusted: Bool
    ) {
        self.database = database
        tokens = TokenLedger(clock: tokenClock, wall: now)
        self.bootID = bootID
        clock = isClockTrusted ? nil : .untrusted
        self.firstLeaf = firstLeaf
        self.firstSequence = firstSequence
        self.now = now
    }

    var nextLeaf: Int { firstLeaf + leaves.count }

    /// Adds a record to the audit log and sets its boot id and sequence number.
    ///
    /// An intent stays open until an outcome with its id is appended, or the next start closes it as `interrupted`. An outcome settles the
    /// tokens that were reserved under its id.
    /// - Parameter salt: 32 bytes, the key of the record's HMACs; intent and outcome share the first one given under their id.
    /// - Returns: the record's index in the log.
    /// - Throws: ``HoldfastError`` `invalid_request` for a record of more than 65,535 bytes; `internal_error` for a second open intent under one id.
    @discardableResult public func append(_ record: AuditRecord, salt: [UInt8]? = nil) throws -> Int64 {
        var record = record
        record.boot = bootID
        record.clock = clock
        record.sequence = firstSequence + Int64(leaves.count)
        let bytes = try record.canonicalBytes()
        let leaf = Int64(nextLeaf)
        let columns = FilterColumns(record)
        try database.run(
            """
            INSERT INTO audit_record (leaf, id, time, actor_uid, operation, model, digest, result, body, actor_subject)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            """,
            [
                leaf, columns.id, columns.time, columns.actorUID, columns.operation, columns.model, columns.digest, columns.result,
                String(decoding: bytes, as: UTF8.self), columns.actorSubject,
            ])
        if let salt {
            guard salt.count == 32 else { throw HoldfastError(.internalError, "A salt has 32 bytes, not \(salt.count).") }
            try database.run("INSERT INTO audit_salt (id, salt) VALUES (?, ?) ON CONFLICT (id) DO NOTHING", [record.id, Blob(salt)])
        }
        switch record.phase {
        case .event: break
        case .intent:
            do {
                try database.run("INSERT INTO open_intent (id, leaf) VALUES (?, ?)", [record.id, leaf])
            } catch let error as DatabaseError where error.resultCode == .SQLITE_CONSTRAINT {
                throw HoldfastError(.internalError, "There is an open intent with the id \(record.id.prefix(80)) already.")
            }
        case .outcome:
            try database.run("DELETE FROM open_intent WHERE id = ?", [record.id])
            try tokens.settle(record, in: database)
        }
        leaves.append(.leaf(bytes))
        weights.append((record.actor.tenant, Int64(bytes.count)))
        return leaf
    }

    /// Adds the records to their subjects' sums; once, at the end of the transaction.
    func settleSubjects() throws {
        var sums: [String: (records: Int64, bytes: Int64)] = [:]
        for weight in weights {
            sums[weight.tenant, default: (0, 0)].records += 1
            sums[weight.tenant, default: (0, 0)].bytes += weight.bytes
        }
        for (tenant, sum) in sums { try SubjectSums.add(tenant, records: sum.records, bytes: sum.bytes, in: database) }
    }

    struct Mark {
        fileprivate let leaves: Int
        fileprivate let adopted: Int
        fileprivate let changesRegistry: Bool
        fileprivate let signs: Bool
        fileprivate let successor: NoteSigner?
        fileprivate let minimumIndex: Int64?
    }

    func mark() -> Mark {
        Mark(
            leaves: leaves.count, adopted: adopted.count, changesRegistry: changesRegistry, signs: signs, successor: successor,
            minimumIndex: minimumIndex)
    }

    /// Forgets what came after the mark; the database does the same by its savepoint.
    func rollBack(to mark: Mark) {
        leaves.removeLast(leaves.count - mark.leaves)
        weights.removeLast(weights.count - mark.leaves)
        adopted.removeLast(adopted.count - mark.adopted)
        changesRegistry = mark.changesRegistry
        signs = mark.signs
        successor = mark.successor
        minimumIndex = mark.minimumIndex
    }
}
