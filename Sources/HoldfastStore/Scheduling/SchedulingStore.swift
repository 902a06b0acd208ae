import GRDB
public import HoldfastCore

/// The most memory that was ever seen of a model under one engine with one set of settings.
public struct MeasuredMemory: Sendable, Hashable {
    public struct Key: Sendable, Hashable {
        public var model: SHA256Digest
        /// Of the engine's executable.
        public var engine: SHA256Digest
        /// Words that say how it ran.
        public var settings: String

        public init(model: SHA256Digest, engine: SHA256Digest, settings: String) {
            self.model = model
            self.engine = engine
            self.settings = settings
        }
    }

    public var key: Key
    /// Bytes.
    public var peak: Int64

    public init(key: Key, peak: Int64) {
        self.key = key
        self.peak = peak
    }
}

/// Reads what the scheduler remembers over a restart.
public struct SchedulingStore: Sendable {
    let readers: ReaderPool

    public func pins() async throws -> Set<SHA256Digest> {
        try await readers.read { database in
            Set(try Row.fetchAll(database, sql: "SELECT digest FROM model_pin").map { try SHA256Digest(column: $0.bytes(0)) })
        }
    }

    public func measuredMemory() async throws -> [MeasuredMemory] {
        try await readers.read { database in
            try Row.fetchAll(database, sql: "SELECT digest, engine, settings, peak FROM engine_memory").map { row in
                MeasuredMemory(
                    key: .init(
                        model: try SHA256Digest(column: row.bytes(0)), engine: try SHA256Digest(column: row.bytes(1)), settings: row[2]),
                    peak: row[3])
            }
        }
    }
}

extension StoreTransaction {
    /// - Returns: false when that is how it was.
    public func setPin(_ digest: SHA256Digest, _ isPinned: Bool) throws -> Bool {
        if isPinned {
            try database.run(
                "INSERT INTO model_pin (digest, pinned) VALUES (?, ?) ON CONFLICT (digest) DO NOTHING", [Blob(digest.bytes), now])
        } else {
            try database.run("DELETE FROM model_pin WHERE digest = ?", [Blob(digest.bytes)])
        }
        return database.changesCount > 0
    }

    /// Keeps the larger of what is known and what was seen now. Nothing is written for a model that has been removed meanwhile.
    public func recordMemory(_ memory: MeasuredMemory) throws {
        try database.run(
            """
            INSERT INTO engine_memory (digest, engine, settings, peak, measured)
                SELECT digest, ?, ?, ?, ? FROM model WHERE digest = ?
                ON CONFLICT (digest, engine, settings) DO UPDATE SET peak = max(peak, excluded.peak), measured = excluded.measured
            """,
            [Blob(memory.key.engine.bytes), memory.key.settings, memory.peak, now, Blob(memory.key.model.bytes)])
    }
}
