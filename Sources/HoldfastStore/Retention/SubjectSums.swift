import GRDB

/// How many kept records are whose, and their bytes. Whose is by the caller's text, `uid:1001` or `token:kiosk`: holders of tokens have no uid.
enum SubjectSums {
    /// Of a row of `audit_record`, as `AuditActor.tenant` has it.
    static let tenantSQL = "ifnull(actor_subject, 'uid:' || actor_uid)"

    static func add(_ tenant: String, records: Int64, bytes: Int64, in database: Database) throws {
        try database.run(
            """
            INSERT INTO audit_tenant (tenant, records, bytes) VALUES (?, ?, ?)
            ON CONFLICT (tenant) DO UPDATE SET records = records + excluded.records, bytes = bytes + excluded.bytes
            """, [tenant, records, bytes])
    }

    static func subtract(_ tenant: String, records: Int64, bytes: Int64, in database: Database) throws {
        try add(tenant, records: -records, bytes: -bytes, in: database)
        try database.run("DELETE FROM audit_tenant WHERE records <= 0")
    }

    static func all(in database: Database) throws -> [(tenant: String, records: Int64, bytes: Int64)] {
        try Row.fetchAll(database, sql: "SELECT tenant, records, bytes FROM audit_tenant ORDER BY bytes DESC, tenant").map {
            ($0[0], $0[1], $0[2])
        }
    }
}
