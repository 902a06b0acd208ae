-- Tokens that callers of limited bindings used, and who is who in what is counted.

-- A day of `tokens_per_day` is any 24 hours of this clock, which runs while the machine does and asks the wall clock only how long it was off:
-- stepping that gives nobody a second allowance and locks nobody out. docs/decisions/0008.
CREATE TABLE token_clock (
    id      INTEGER PRIMARY KEY CHECK (id = 1),
    -- Milliseconds by this clock, and at that moment: the machine's boot, milliseconds since it, and milliseconds since 1970.
    time    INTEGER NOT NULL,
    boot    TEXT    NOT NULL,
    elapsed INTEGER NOT NULL,
    wall    INTEGER NOT NULL
) STRICT;

-- By caller and account (role and subject of the binding) in ten minutes of that clock.
CREATE TABLE token_use (
    tenant  TEXT    NOT NULL,
    account TEXT    NOT NULL,
    slot    INTEGER NOT NULL,
    tokens  INTEGER NOT NULL CHECK (tokens >= 0),
    PRIMARY KEY (tenant, account, slot)
) STRICT, WITHOUT ROWID;
CREATE INDEX token_use_slot ON token_use (slot);

-- What requests under way may still use, by the id of their intent. It goes into token_use with the outcome, in the outcome's transaction.
CREATE TABLE token_reservation (
    id      TEXT    NOT NULL PRIMARY KEY,
    tenant  TEXT    NOT NULL,
    account TEXT    NOT NULL,
    slot    INTEGER NOT NULL,
    -- Of the prompt alone, and with the longest answer.
    prompt  INTEGER NOT NULL CHECK (prompt >= 0),
    tokens  INTEGER NOT NULL CHECK (tokens >= prompt)
) STRICT, WITHOUT ROWID;
CREATE INDEX token_reservation_account ON token_reservation (tenant, account);

-- `token:NAME`, `app:NAME` and the like; NULL for callers that the kernel named. Taken from the body, as the other columns are.
ALTER TABLE audit_record ADD COLUMN actor_subject TEXT;
UPDATE audit_record SET actor_subject = json_extract(body, '$.actor.subject')
    WHERE instr(body, '"subject":') > 0 AND CASE WHEN json_valid(body) THEN json_extract(body, '$.actor.subject') END IS NOT NULL;
CREATE INDEX audit_record_subject ON audit_record (actor_subject) WHERE actor_subject IS NOT NULL;

-- Kept records by the caller that caused them (was: by uid, and all who have none were one).
DROP TABLE audit_subject;
CREATE TABLE audit_tenant (
    tenant  TEXT    NOT NULL PRIMARY KEY,
    records INTEGER NOT NULL,
    bytes   INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
INSERT INTO audit_tenant (tenant, records, bytes)
    SELECT ifnull(actor_subject, 'uid:' || actor_uid) AS tenant, count(*), sum(length(CAST(body AS BLOB))) FROM audit_record GROUP BY tenant;
