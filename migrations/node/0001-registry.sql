-- What this node knows about itself and its models.

-- Single facts: `origin` (the audit log's name), `created` (ms since 1970).
CREATE TABLE fact (
    name  TEXT NOT NULL PRIMARY KEY,
    value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- One row per verified file. The fingerprint (device to changed_ns) is the file's as it was when it last had its digest.
CREATE TABLE model (
    digest      BLOB    NOT NULL PRIMARY KEY CHECK (length(digest) = 32),
    size        INTEGER NOT NULL CHECK (size >= 0),
    state       TEXT    NOT NULL CHECK (state IN ('ready', 'corrupt')),
    added       INTEGER NOT NULL,
    verified    INTEGER NOT NULL,
    device      INTEGER NOT NULL,
    inode       INTEGER NOT NULL,
    changed_ns  INTEGER NOT NULL,
    description TEXT    NOT NULL
) STRICT;

-- The order of `id` is the order of naming: a model's lowest id is the name it is listed under, the others are its aliases.
CREATE TABLE model_name (
    id     INTEGER PRIMARY KEY,
    name   TEXT NOT NULL,
    tag    TEXT NOT NULL,
    digest BLOB NOT NULL REFERENCES model (digest),
    UNIQUE (name, tag)
) STRICT;
CREATE INDEX model_name_digest ON model_name (digest);

-- The last digest seen of each engine's executable.
CREATE TABLE engine (
    path    TEXT    NOT NULL PRIMARY KEY,
    digest  BLOB    NOT NULL CHECK (length(digest) = 32),
    version TEXT    NOT NULL,
    seen    INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
