-- The audit journal: a C2SP transparency log (tlog-tiles, tlog-checkpoint) beside the state it speaks of.

-- `leaf` is the record's index in the tree, `body` its RFC 8785 bytes. The other columns are taken from the body for filters, and the
-- verifier holds them against it. Sealing and pruning delete rows and leave their tiles.
CREATE TABLE audit_record (
    leaf      INTEGER PRIMARY KEY CHECK (leaf >= 0),
    id        TEXT    NOT NULL,
    time      INTEGER NOT NULL,
    actor_uid INTEGER NOT NULL,
    operation TEXT    NOT NULL,
    -- As ModelName writes it: lower case, with its tag.
    model     TEXT,
    digest    TEXT,
    result    TEXT,
    body      TEXT    NOT NULL
) STRICT;
CREATE INDEX audit_record_id        ON audit_record (id);
CREATE INDEX audit_record_time      ON audit_record (time);
CREATE INDEX audit_record_actor     ON audit_record (actor_uid);
CREATE INDEX audit_record_operation ON audit_record (operation);
CREATE INDEX audit_record_model     ON audit_record (model) WHERE model IS NOT NULL;
CREATE INDEX audit_record_result    ON audit_record (result) WHERE result IS NOT NULL;

-- Intents whose outcome is not yet known; what is left of them at start is closed as interrupted.
CREATE TABLE open_intent (
    id   TEXT    NOT NULL PRIMARY KEY,
    leaf INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- The keys of the HMACs in a record and its outcome. Deleting a row is forgetting: the leaf stays as it is.
CREATE TABLE audit_salt (
    id   TEXT NOT NULL PRIMARY KEY,
    salt BLOB NOT NULL CHECK (length(salt) = 32)
) STRICT, WITHOUT ROWID;

-- Hashes of the tree, 256 to a full tile. A row is replaced as its tile grows; level 0 is brought up to date at each checkpoint.
CREATE TABLE tile (
    level    INTEGER NOT NULL CHECK (level BETWEEN 0 AND 63),
    position INTEGER NOT NULL CHECK (position >= 0),
    hashes   BLOB    NOT NULL CHECK (length(hashes) BETWEEN 32 AND 8192 AND length(hashes) % 32 = 0),
    PRIMARY KEY (level, position)
) STRICT;

-- Signed notes, by tree size.
CREATE TABLE checkpoint (
    size INTEGER PRIMARY KEY CHECK (size >= 0),
    time INTEGER NOT NULL,
    note TEXT    NOT NULL
) STRICT;
