-- What holds persons' content beside the salts of 0002, and its erasing: docs/operations.md, "Privacy".

-- Captured prompts and answers: age files, which only an auditor's private key opens. `id` is the request's, as in audit_salt; a row is kept
-- only beside its salt.
CREATE TABLE captured_content (
    id   TEXT    NOT NULL,
    part TEXT    NOT NULL CHECK (part IN ('prompt', 'answer')),
    time INTEGER NOT NULL,
    file BLOB    NOT NULL,
    PRIMARY KEY (id, part)
) STRICT;
CREATE INDEX captured_content_time ON captured_content (time);

-- How much that is: one row, which the triggers keep.
CREATE TABLE captured_sum (
    id    INTEGER PRIMARY KEY CHECK (id = 1),
    files INTEGER NOT NULL CHECK (files >= 0),
    bytes INTEGER NOT NULL CHECK (bytes >= 0)
) STRICT;
INSERT INTO captured_sum (id, files, bytes) VALUES (1, 0, 0);
CREATE TRIGGER captured_content_is_added AFTER INSERT ON captured_content
BEGIN UPDATE captured_sum SET files = files + 1, bytes = bytes + length(new.file); END;
CREATE TRIGGER captured_content_is_removed AFTER DELETE ON captured_content
BEGIN UPDATE captured_sum SET files = files - 1, bytes = bytes - length(old.file); END;
CREATE TRIGGER captured_content_is_fixed BEFORE UPDATE ON captured_content
BEGIN SELECT raise(ABORT, 'captured content is never changed'); END;

-- Erasures that are recorded and not yet done everywhere: content of the records [next, past) that one request, uid or subject caused.
CREATE TABLE erasure (
    -- Of the `audit.forget` record.
    id      TEXT    NOT NULL PRIMARY KEY,
    kind    TEXT    NOT NULL CHECK (kind IN ('request', 'uid', 'subject')),
    name    TEXT    NOT NULL,
    next    INTEGER NOT NULL CHECK (next >= 0),
    past    INTEGER NOT NULL CHECK (past >= next)
) STRICT, WITHOUT ROWID;
