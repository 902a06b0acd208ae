-- Retention: what may go, who asked for it, and how much of the trail is whose.

-- Kept records by the uid that caused them, in bytes of their bodies. The writer keeps the sums in the records' own transactions.
CREATE TABLE audit_subject (
    uid     INTEGER PRIMARY KEY,
    records INTEGER NOT NULL,
    bytes   INTEGER NOT NULL
) STRICT;
INSERT INTO audit_subject (uid, records, bytes)
    SELECT actor_uid, count(*), sum(length(CAST(body AS BLOB))) FROM audit_record GROUP BY actor_uid;

-- Requests to remove the entries of records [first, past), waiting for a second subject. What was removed is said by the log itself, in its
-- `audit.gap` records: a gap is never a row that could be edited.
CREATE TABLE prune_request (
    id        TEXT    NOT NULL PRIMARY KEY,
    before    INTEGER NOT NULL,
    first     INTEGER NOT NULL CHECK (first >= 0),
    past      INTEGER NOT NULL CHECK (past > first),
    requester INTEGER NOT NULL,
    created   INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
