-- Prompts of a model that are computed once and kept for everybody who may use it. They are an administrator's, not a caller's: unlike what
-- callers say, they are here as text, so that another engine or other settings can compute them anew.
CREATE TABLE pinned_prompt (
    digest BLOB    NOT NULL REFERENCES model (digest) ON DELETE CASCADE,
    -- The first twelve hexadecimal digits of the text's SHA-256.
    id     TEXT    NOT NULL CHECK (length(id) = 12),
    kind   TEXT    NOT NULL CHECK (kind IN ('system', 'text')),
    text   TEXT    NOT NULL,
    added  INTEGER NOT NULL,
    PRIMARY KEY (digest, id)
) STRICT, WITHOUT ROWID;
