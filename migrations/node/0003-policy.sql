-- Policies as they were put in force: the files, word for word. Rows are only ever added; records of the audit log name them by number.

CREATE TABLE policy_generation (
    number      INTEGER PRIMARY KEY CHECK (number >= 1),
    digest      BLOB    NOT NULL CHECK (length(digest) = 32),
    author_uid  INTEGER NOT NULL,
    source      TEXT    NOT NULL CHECK (source IN ('start', 'signal', 'apply', 'rollback')),
    -- Of a rollback: the generation whose files it has again.
    copied_from INTEGER REFERENCES policy_generation (number),
    time        INTEGER NOT NULL,
    CHECK ((source = 'rollback') = (copied_from IS NOT NULL))
) STRICT;

CREATE TABLE policy_file (
    generation INTEGER NOT NULL REFERENCES policy_generation (number),
    -- Its path where it was read, as decisions and records name it.
    name       TEXT    NOT NULL,
    text       TEXT    NOT NULL,
    PRIMARY KEY (generation, name)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER policy_generation_is_kept BEFORE DELETE ON policy_generation
BEGIN SELECT raise(ABORT, 'policy generations are never removed'); END;
CREATE TRIGGER policy_generation_is_fixed BEFORE UPDATE ON policy_generation
BEGIN SELECT raise(ABORT, 'policy generations are never changed'); END;
CREATE TRIGGER policy_file_is_kept BEFORE DELETE ON policy_file
BEGIN SELECT raise(ABORT, 'policy generations are never removed'); END;
CREATE TRIGGER policy_file_is_fixed BEFORE UPDATE ON policy_file
BEGIN SELECT raise(ABORT, 'policy generations are never changed'); END;

-- The one that rules.
CREATE TABLE policy_active (
    id         INTEGER PRIMARY KEY CHECK (id = 1),
    generation INTEGER NOT NULL REFERENCES policy_generation (number)
) STRICT;
