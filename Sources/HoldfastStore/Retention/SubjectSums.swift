import GRDB

/// How many kept records are whose, and their bytes.
enum SubjectSums {
    static func add(_ uid: Int64, records: Int64, bytes: Int64, in database: Database) throws {
        try database.run(
            """
            INSERT INTO audit_subject (uid, records, bytes) VALUES (?, ?, ?)
            ON CONFLICT (uid) DO UPDATE SET records = records + excluded.records, bytes = bytes + excluded.bytes
            """, [uid, records, bytes])
    }

    static func subtract(_ uid: Int64, records: Int64, bytes: Int64, in database: Database) throws {
        try add(uid, records: -records, bytes: -bytes, in: database)
        try database.run("DELETE FROM audit_subject WHERE records <= 0")
    }

    static func all(in database: Database) throws -> [(uid: Int64, records: Int64, bytes: Int64)] {
        try Row.fetchAll(database, sql: "SELECT uid, records, bytes FROM audit_subject ORDER BY bytes DESC, uid").map {
            ($0[0], $0[1], $0[2])
        }
    }
}
