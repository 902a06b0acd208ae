import GRDB
public import HoldfastCore

extension SchedulingStore {
    /// Every choice of `model tune`, also those for other engines and machines.
    /// - Throws: ``HoldfastError`` `database_failed`.
    public func tunings() async throws -> [StoredTuning] {
        try await readers.read { database in
            try Row.fetchAll(
                database,
                sql: """
                    SELECT digest, engine, version, hardware, threads, batch_threads, micro_batch, flash_attention, cache_type, speculation,
                        gain, gain_prompt, gain_answer, noise, measured
                        FROM engine_tuning ORDER BY measured
                    """
            ).compactMap { try StoredTuning(row: $0) }
        }
    }
}

extension StoreTransaction {
    /// Replaces what was chosen for the same model with the same engine on the same machine. Nothing is written for a model that has been
    /// removed meanwhile.
    public func setTuning(_ stored: StoredTuning) throws {
        let (tuning, gain) = (stored.tuning, stored.gain)
        try database.run(
            """
            INSERT OR REPLACE INTO engine_tuning (digest, engine, version, hardware, threads, batch_threads, micro_batch, flash_attention,
                cache_type, speculation, gain, gain_prompt, gain_answer, noise, measured)
                SELECT digest, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ? FROM model WHERE digest = ?
            """,
            [
                Blob(stored.engine.digest.bytes), stored.engine.version, stored.hardware, tuning.threads, tuning.batchThreads,
                tuning.microBatchSize, tuning.flashAttention, tuning.cacheType.rawValue, tuning.speculation.rawValue,
                gain.total.thousandths, gain.prompt.thousandths, gain.answer.thousandths, stored.noise.thousandths, stored.measuredAt,
                Blob(stored.model.bytes),
            ])
    }

    /// - Parameters:
    ///   - engine: nil for every engine.
    ///   - hardware: nil for every machine.
    /// - Returns: how many choices were dropped.
    @discardableResult public func removeTunings(
        of model: SHA256Digest, engine: EngineBuild? = nil, hardware: String? = nil
    ) throws -> Int {
        try database.run(
            """
            DELETE FROM engine_tuning WHERE digest = ?1 AND (?2 IS NULL OR engine = ?2 AND version = ?3) AND (?4 IS NULL OR hardware = ?4)
            """,
            [Blob(model.bytes), engine.map { Blob($0.digest.bytes) }, engine?.version, hardware])
        return database.changesCount
    }
}

extension StoredTuning {
    /// - Returns: nil for words of a later version.
    fileprivate init?(row: Row) throws {
        guard let cacheType = EngineTuning.CacheType(rawValue: row[8]), let speculation = EngineTuning.Speculation(rawValue: row[9]) else {
            return nil
        }
        func share(_ column: Int) -> Double { Double(row[column] as Int64) / 1000 }
        self.init(
            model: try SHA256Digest(column: row.bytes(0)),
            engine: EngineBuild(digest: try SHA256Digest(column: row.bytes(1)), version: row[2]), hardware: row[3],
            tuning: EngineTuning(
                threads: row[4], batchThreads: row[5], microBatchSize: row[6], flashAttention: row[7], cacheType: cacheType,
                speculation: speculation),
            gain: TuningGain(total: share(10), prompt: share(11), answer: share(12)), noise: share(13), measuredAt: row[14])
    }
}

extension Double {
    /// As an integer for records and columns; what is no number counts as 0.
    public var thousandths: Int64 { isFinite ? Int64((max(-1e12, min(1e12, self)) * 1000).rounded()) : 0 }
}
