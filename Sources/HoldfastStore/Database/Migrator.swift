import GRDB
import HoldfastCore

/// Brings a database to this build's schema, one transaction for each step.
struct Migrator {
    let steps: [Migration]
    /// Where it is kept which steps are there.
    var table = "migration"
    let now: Int64

    static let catalogTable = "catalog_migration"
    private var isFirst: Bool { table == "migration" }

    /// - Throws: ``HoldfastError`` `database_too_new` for a step this build does not know; `database_failed` when a step that was applied is
    ///   no longer the same, or the file is not Holdfast's.
    func migrate(_ connection: DatabaseQueue) throws {
        do {
            try connection.writeWithoutTransaction { database in
                let applied = try check(database)
                for step in steps.dropFirst(applied) {
                    try database.inTransaction(.immediate) {
                        try apply(step, to: database)
                        return .commit
                    }
                }
            }
        } catch let error as DatabaseError {
            throw DatabaseFailure.error(error, "bring the database to this version's schema", file: connection.path)
        }
    }

    /// - Returns: how many steps are there already.
    private func check(_ database: Database) throws -> Int {
        let application = try Int32.fetchOne(database, sql: "PRAGMA application_id") ?? 0
        guard try database.tableExists(table) else {
            guard isFirst else { return 0 }
            guard application == 0, try Int.fetchOne(database, sql: "SELECT count(*) FROM sqlite_master") == 0 else {
                throw HoldfastError(
                    .databaseFailed, "The database in the state directory was not made by Holdfast.",
                    hint: "start holdfastd with another --state, or move holdfast.db away")
            }
            return 0
        }
        let rows = try Row.fetchAll(database, sql: "SELECT version, name, checksum FROM \(table) ORDER BY version")
        for (number, row) in rows.enumerated() {
            guard number < steps.count else {
                let newest: Int = rows.last?["version"] ?? 0
                let known = steps.last?.version ?? 0
                throw HoldfastError(
                    .databaseTooNew,
                    "The database was written by a newer Holdfast: its schema is at step \(newest), and this build knows steps up to \(known).",
                    detail: "first unknown step: \(row["version"] as Int) \(row["name"] as String)",
                    hint: "install the newer version again; holdfastd --version shows this one")
            }
            let step = steps[number]
            guard row["version"] == step.version, row["name"] == step.name, row["checksum"] == step.checksum else {
                throw HoldfastError(
                    .databaseFailed, "Step \(step.version) (\(step.name)) of the database's schema is not the one this build has.",
                    detail: "stored \(row["version"] as Int) \(row["name"] as String) \(row["checksum"] as String)",
                    hint: "restore the database from a backup, or install the version that wrote it")
            }
        }
        return rows.count
    }

    private func apply(_ step: Migration, to database: Database) throws {
        if step.version == 1 {
            try database.execute(
                sql: """
                    \(isFirst ? "PRAGMA application_id = \(Connections.applicationID);" : "")
                    CREATE TABLE \(table) (
                        version  INTEGER PRIMARY KEY,
                        name     TEXT    NOT NULL,
                        checksum TEXT    NOT NULL,
                        applied  INTEGER NOT NULL
                    ) STRICT;
                    """)
        }
        try database.execute(sql: step.sql)
        try database.execute(
            sql: "INSERT INTO \(table) (version, name, checksum, applied) VALUES (?, ?, ?, ?)",
            arguments: [step.version, step.name, step.checksum, now])
        if isFirst { try database.execute(sql: "PRAGMA user_version = \(step.version)") }
    }
}
