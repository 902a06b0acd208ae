-- Engines that were installed from an archive; their files are in STATE/engines/HEX.
CREATE TABLE engine_build (
    -- SHA-256 of the tar archive.
    digest    BLOB    NOT NULL PRIMARY KEY CHECK (length(digest) = 32),
    name      TEXT    NOT NULL UNIQUE,
    -- As the engine itself says it.
    version   TEXT    NOT NULL,
    program   TEXT    NOT NULL,
    -- Each file with its digest: what is held against the disk before the engine is started.
    files     TEXT    NOT NULL,
    bytes     INTEGER NOT NULL,
    installed INTEGER NOT NULL
) STRICT;

-- Which engine is used from when on: the newest row counts. A rollback is a row of its own, with the choice before.
CREATE TABLE engine_choice (
    number INTEGER PRIMARY KEY,
    choice TEXT    NOT NULL,
    chosen INTEGER NOT NULL
) STRICT;

-- Each time this log went on from a backup. What it had before that and the backup does not have is in another file, if anywhere: a
-- checkpoint of more than `size` records that is older than `time` is of the epoch before, and no proof connects the two.
CREATE TABLE log_epoch (
    epoch    INTEGER PRIMARY KEY,
    -- Records the backup had.
    size     INTEGER NOT NULL,
    -- Records of the log that was replaced; 0 for none.
    replaced INTEGER NOT NULL,
    time     INTEGER NOT NULL
) STRICT;
