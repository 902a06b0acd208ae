import GRDB
public import HoldfastCore

extension StoreTransaction {
    /// Remembers which executable an engine's path led to.
    /// - Returns: true when it is new, or another one than last time.
    public func recordEngine(path: String, digest: SHA256Digest, version: String) throws -> Bool {
        let known = try Row.fetchOne(database, sql: "SELECT digest, version FROM engine WHERE path = ?", arguments: [path])
        if let known, try known.bytes(0) == digest.bytes, known[1] == version { return false }
        try database.run(
            """
            INSERT INTO engine (path, digest, version, seen) VALUES (?, ?, ?, ?)
            ON CONFLICT (path) DO UPDATE SET digest = excluded.digest, version = excluded.version, seen = excluded.seen
            """, [path, Blob(digest.bytes), version, now])
        return true
    }
}
