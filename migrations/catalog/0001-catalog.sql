-- What a catalog has beside what every Holdfast has (migrations/node): its publications and what its nodes are told to run.

-- The TUF repository's metadata, as signed: `1.root.json`, `3.targets.json`, `timestamp.json`.
CREATE TABLE catalog_metadata (
    name  TEXT    NOT NULL PRIMARY KEY,
    bytes BLOB    NOT NULL,
    time  INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Target files: manifests, by what they are served as (`models/acme/DIGEST.1.4.0.json`).
CREATE TABLE catalog_target (
    path  TEXT    NOT NULL PRIMARY KEY,
    bytes BLOB    NOT NULL,
    time  INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Files that were uploaded and read to their last byte; the file itself lies in blobs/sha256.
CREATE TABLE catalog_blob (
    digest BLOB    NOT NULL PRIMARY KEY CHECK (length(digest) = 32),
    size   INTEGER NOT NULL CHECK (size > 0),
    -- Chunks and description, as a variant of a manifest says them.
    variant BLOB   NOT NULL,
    time   INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- The newest director document of each node.
CREATE TABLE catalog_director (
    node    TEXT    NOT NULL PRIMARY KEY,
    version INTEGER NOT NULL CHECK (version > 0),
    bytes   BLOB    NOT NULL,
    time    INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
