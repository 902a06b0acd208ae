-- Subjects that the kernel does not know: holders of access tokens, and application sockets.

-- Of a token only SHA-256 of its text is kept: 256 random bits cannot be guessed, so a slow hash would add nothing. Revoking removes the
-- row; who made, revoked and used it is in the audit trail.
CREATE TABLE access_token (
    name        TEXT    NOT NULL PRIMARY KEY,
    hash        BLOB    NOT NULL UNIQUE CHECK (length(hash) = 32),
    role        TEXT    NOT NULL,
    creator_uid INTEGER NOT NULL,
    created     INTEGER NOT NULL,
    expires     INTEGER NOT NULL CHECK (expires > created),
    -- The last day it was used, in days since 1970 (UTC).
    used_day    INTEGER CHECK (used_day BETWEEN 0 AND 1000000)
) STRICT, WITHOUT ROWID;

-- `acts_as` is the uid whose place its callers take; NULL: they are `app:NAME` and nobody else.
CREATE TABLE application_socket (
    name        TEXT    NOT NULL PRIMARY KEY,
    acts_as     INTEGER CHECK (acts_as BETWEEN 0 AND 4294967294 AND acts_as <> 65534),
    creator_uid INTEGER NOT NULL,
    created     INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
