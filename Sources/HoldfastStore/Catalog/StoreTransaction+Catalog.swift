import GRDB
public import HoldfastCore

extension StoreTransaction {
    public func setMetadata(_ name: String, _ bytes: [UInt8]) throws {
        try database.run(
            "INSERT INTO catalog_metadata (name, bytes, time) VALUES (?, ?, ?) ON CONFLICT (name) DO UPDATE SET bytes = excluded.bytes, time = excluded.time",
            [name, Blob(bytes), now])
    }

    public func removeMetadata(_ name: String) throws { try database.run("DELETE FROM catalog_metadata WHERE name = ?", [name]) }

    public func setTarget(_ path: String, _ bytes: [UInt8]) throws {
        try database.run(
            "INSERT INTO catalog_target (path, bytes, time) VALUES (?, ?, ?) ON CONFLICT (path) DO UPDATE SET bytes = excluded.bytes",
            [path, Blob(bytes), now])
    }

    public func removeTarget(_ path: String) throws { try database.run("DELETE FROM catalog_target WHERE path = ?", [path]) }

    /// One that is there keeps its description and becomes new again, so that no collection takes it before it is published.
    public func setBlob(_ blob: CatalogBlob) throws {
        try database.run(
            """
            INSERT INTO catalog_blob (digest, size, variant, time) VALUES (?, ?, ?, ?)
            ON CONFLICT (digest) DO UPDATE SET variant = excluded.variant, time = excluded.time
            """,
            [Blob(blob.digest.bytes), blob.size, Blob(blob.variant), now])
    }

    public func removeBlob(_ digest: SHA256Digest) throws {
        try database.run("DELETE FROM catalog_blob WHERE digest = ?", [Blob(digest.bytes)])
    }

    public func setDirector(_ director: CatalogDirector) throws {
        try database.run(
            """
            INSERT INTO catalog_director (node, version, bytes, time) VALUES (?, ?, ?, ?)
            ON CONFLICT (node) DO UPDATE SET version = excluded.version, bytes = excluded.bytes, time = excluded.time
            """,
            [director.node, director.version, Blob(director.bytes), now])
    }
}
