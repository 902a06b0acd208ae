import GRDB

/// The tables that hold a person's content, each by the id of the request it came from, in the column `id`.
///
/// A table that is to be forgotten with the others (stored responses, say) is one more line here. What is not in the database is a
/// `ContentHolder` of the daemon.
enum ContentTables {
    static let all: [(name: String, column: String)] = [
        ("audit_salt", "salt"),
        ("captured_content", "file"),
    ]

    /// Whether anything is held of the request whose id the SQL expression `id` is.
    static func condition(_ id: String) -> String {
        "(" + all.map { "EXISTS (SELECT 1 FROM \($0.name) WHERE \($0.name).id = \(id))" }.joined(separator: " OR ") + ")"
    }

    /// Lets everything of one request go. `secure_delete` writes zeros over it.
    /// - Returns: how many bytes that was.
    @discardableResult static func erase(_ id: String, in database: Database) throws -> Int64 {
        var bytes: Int64 = 0
        for table in all {
            bytes +=
                try Int64.fetchOne(
                    database, sql: "SELECT sum(length(\(table.column))) FROM \(table.name) WHERE id = ?", arguments: [id]) ?? 0
            try database.run("DELETE FROM \(table.name) WHERE id = ?", [id])
        }
        return bytes
    }
}
