import GRDB
public import HoldfastCore

extension NodeStore {
    /// What is held of somebody, over the records there are now.
    public func heldContent(of scope: ErasureScope) async throws -> HeldContent {
        let past = audit.size
        return try await readers.read { database in
            let (condition, arguments) = scope.filter.condition()
            let ids =
                "SELECT DISTINCT id FROM audit_record WHERE \(condition) AND leaf < ? AND \(ContentTables.condition("audit_record.id"))"
            let requests = try Int64.fetchOne(database, sql: "SELECT count(*) FROM (\(ids))", arguments: arguments + [past]) ?? 0
            let files =
                try Int64.fetchOne(
                    database, sql: "SELECT count(*) FROM captured_content WHERE id IN (\(ids))", arguments: arguments + [past]) ?? 0
            return HeldContent(requests: requests, files: files, past: past)
        }
    }

    /// Records a forgetting and begins it, in one transaction: from its commit on nothing can be read through this store that it speaks of,
    /// or it is gone with the next ``erase(_:)``. Works on the reserve.
    /// - Parameter record: says how much; its id names the erasure.
    /// - Returns: what is to be carried out, and the record's index.
    public func forget(_ scope: ErasureScope, before past: Int64, record: AuditRecord) async throws -> (erasure: Erasure, index: Int64) {
        let erasure = Erasure(id: record.id, scope: scope, past: past)
        let index = try await commit(essential: true) { transaction in
            let index = try transaction.append(record)
            try transaction.begin(erasure)
            _ = try transaction.eraseSome(of: erasure)
            return index
        }
        return (erasure, index)
    }

    /// Lets the rest of it go, some at a time so that it works on a full disk too, and then empties the write-ahead log, in which older
    /// versions of the pages are. Running it again is harmless.
    /// - Returns: false when somebody reads the database so persistently that the log could not be emptied; nothing in the tables is left then.
    public func erase(_ erasure: Erasure) async throws -> Bool {
        while try await commit(essential: true, { try $0.eraseSome(of: erasure) }) {
            _ = try await writer.maintain { try WriteAheadLog.beginAnew($0) }
        }
        return try await emptyLog()
    }

    /// Empties the write-ahead log, in which older versions of the pages are.
    /// - Returns: false when somebody reads the database so persistently that it could not be.
    public func emptyLog() async throws -> Bool { try await writer.maintain { try WriteAheadLog.empty($0) } }

    /// To be called when everything that holds content has let go of it.
    public func finish(_ erasure: Erasure) async throws {
        try await commit(essential: true) { try $0.database.run("DELETE FROM erasure WHERE id = ?", [erasure.id]) }
    }

    /// What was begun and not finished: by this run or by one that was killed.
    public func erasuresUnderWay() async throws -> [Erasure] {
        try await readers.read { database in
            try Row.fetchAll(database, sql: "SELECT id, kind, name, past FROM erasure ORDER BY id").compactMap { row in
                ErasureScope(kind: row[1], name: row[2]).map { Erasure(id: row[0], scope: $0, past: row[3]) }
            }
        }
    }
}

extension StoreTransaction {
    /// What one transaction erases: zeros are written over it, which takes as much of the write-ahead log.
    private static let step = 2000
    private static let stepBytes: Int64 = 1 << 21

    func begin(_ erasure: Erasure) throws {
        let (kind, name) = erasure.scope.columns
        try database.run(
            "INSERT INTO erasure (id, kind, name, next, past) VALUES (?, ?, ?, 0, ?)", [erasure.id, kind, name, erasure.past])
    }

    /// - Returns: whether there may be more.
    func eraseSome(of erasure: Erasure) throws -> Bool {
        guard let next = try Int64.fetchOne(database, sql: "SELECT next FROM erasure WHERE id = ?", arguments: [erasure.id]),
            next < erasure.past
        else { return false }
        let (condition, arguments) = erasure.scope.filter.condition()
        let rows = try Row.fetchAll(
            database,
            sql: """
                SELECT leaf, id FROM audit_record WHERE \(condition) AND leaf >= ? AND leaf < ?
                AND \(ContentTables.condition("audit_record.id")) ORDER BY leaf LIMIT ?
                """, arguments: arguments + [next, erasure.past, Self.step])
        var reached = rows.count < Self.step ? erasure.past : next
        var bytes: Int64 = 0
        for row in rows {
            bytes += try ContentTables.erase(row[1], in: database)
            guard bytes >= Self.stepBytes || rows.count == Self.step else { continue }
            reached = (row[0] as Int64) + 1
            if bytes >= Self.stepBytes { break }
        }
        try database.run("UPDATE erasure SET next = ? WHERE id = ?", [reached, erasure.id])
        return reached < erasure.past
    }
}
