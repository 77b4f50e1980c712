-- What freezing brings: the ledger notes what happened to a version's bytes besides their leaving, an
-- advisory that was withdrawn knows which versions that was about, and which ones go out with it.

-- The newest version when it was withdrawn; no version up to this one leaves any more. 0: a draft.
ALTER TABLE advisories ADD COLUMN withdrawn_version INTEGER;

-- Numbers of advisories that go out together with it; they may not be in the record yet.
CREATE TABLE companions (
    advisory INTEGER NOT NULL REFERENCES advisories,
    position INTEGER NOT NULL,
    number TEXT NOT NULL,
    PRIMARY KEY (advisory, position),
    UNIQUE (advisory, number)
) STRICT, WITHOUT ROWID;

-- The same table with one more verdict. How many rows there ever were is kept.
CREATE TABLE ledger_with_notes (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    at INTEGER NOT NULL,
    who TEXT NOT NULL,               -- the system's user
    advisory TEXT NOT NULL,          -- number, not a reference: this row outlives everything
    version INTEGER NOT NULL,
    name TEXT NOT NULL,              -- the file; '' is the advisory's text
    digest BLOB NOT NULL,            -- SHA-256 of the bytes asked for
    audience TEXT NOT NULL,
    verdict TEXT NOT NULL CHECK (verdict IN ('permit', 'refusal', 'override', 'note')),
    rule TEXT NOT NULL,
    reason TEXT NOT NULL,            -- of an override or a note
    hash BLOB NOT NULL CHECK (length(hash) = 32)
) STRICT;
INSERT INTO ledger_with_notes SELECT * FROM ledger ORDER BY id;
DELETE FROM sqlite_sequence WHERE name = 'ledger_with_notes';
INSERT INTO sqlite_sequence (name, seq)
SELECT 'ledger_with_notes', seq FROM sqlite_sequence WHERE name = 'ledger';
DROP TABLE ledger;
ALTER TABLE ledger_with_notes RENAME TO ledger;

CREATE TRIGGER ledger_keeps_rows BEFORE UPDATE ON ledger
BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;
CREATE TRIGGER ledger_loses_none BEFORE DELETE ON ledger
BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;
