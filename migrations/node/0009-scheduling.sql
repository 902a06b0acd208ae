-- Which models stay loaded, and how much memory engines have been seen to take.

-- Loaded at each start and never evicted; gone with the model.
CREATE TABLE model_pin (
    digest BLOB    NOT NULL PRIMARY KEY REFERENCES model (digest) ON DELETE CASCADE,
    pinned INTEGER NOT NULL
) STRICT;

-- The most bytes that were ever resident, by engine (its executable's digest) and the settings it ran with. It corrects the arithmetic that
-- decides whether a model fits; a row that is lost costs accuracy and nothing else.
CREATE TABLE engine_memory (
    digest   BLOB    NOT NULL REFERENCES model (digest) ON DELETE CASCADE,
    engine   BLOB    NOT NULL CHECK (length(engine) = 32),
    settings TEXT    NOT NULL,
    peak     INTEGER NOT NULL CHECK (peak > 0),
    measured INTEGER NOT NULL,
    PRIMARY KEY (digest, engine, settings)
) STRICT, WITHOUT ROWID;
