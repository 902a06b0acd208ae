-- The signing key's handovers. Empty until the first: the key of STATE/keys/audit.pub is then all there ever was.

CREATE TABLE audit_key (
    number INTEGER PRIMARY KEY CHECK (number >= 1),
    -- Whose turn it is from here on, as text (c2sp.org/signed-note).
    key    TEXT    NOT NULL UNIQUE,
    -- Records there were, the one that tells of the handover included.
    size   INTEGER NOT NULL CHECK (size > 0),
    time   INTEGER NOT NULL,
    -- The handover, signed by both keys: docs/audit-records.md.
    note   TEXT    NOT NULL
) STRICT;

CREATE TRIGGER audit_key_is_kept BEFORE DELETE ON audit_key
BEGIN SELECT raise(ABORT, 'handovers of the signing key are never removed'); END;
CREATE TRIGGER audit_key_is_fixed BEFORE UPDATE ON audit_key
BEGIN SELECT raise(ABORT, 'handovers of the signing key are never changed'); END;
