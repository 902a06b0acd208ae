-- What `model tune` chose for a model: with one engine, on one machine. A row of another engine or machine is not used, and kept: going back to
-- that engine makes it count again. Fractions are in thousandths.
CREATE TABLE engine_tuning (
    digest          BLOB    NOT NULL REFERENCES model (digest) ON DELETE CASCADE,
    -- The engine's executable, and its version as its installer wrote it.
    engine          BLOB    NOT NULL CHECK (length(engine) = 32),
    version         TEXT    NOT NULL,
    -- Processor, cores, memory and instruction sets, in words.
    hardware        TEXT    NOT NULL,
    -- NULL: the engine's own number.
    threads         INTEGER CHECK (threads > 0),
    batch_threads   INTEGER CHECK (batch_threads > 0),
    micro_batch     INTEGER NOT NULL CHECK (micro_batch > 0),
    flash_attention INTEGER NOT NULL CHECK (flash_attention IN (0, 1)),
    cache_type      TEXT    NOT NULL,
    speculation     TEXT    NOT NULL,
    gain            INTEGER NOT NULL,
    gain_prompt     INTEGER NOT NULL,
    gain_answer     INTEGER NOT NULL,
    noise           INTEGER NOT NULL,
    measured        INTEGER NOT NULL,
    PRIMARY KEY (digest, engine, version, hardware)
) STRICT, WITHOUT ROWID;
