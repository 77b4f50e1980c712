-- The record: what the security team decided. Never derived, never lost.
--
-- A text is kept as rows (the model of include/text.h); the numbers that a rule of the layout gives are
-- NULL. A version is a draft until frozen_at is set; from then on nothing of it changes, and the
-- triggers below see to that. What was signed here is kept as the very bytes; what was imported is
-- written again from its rows. Times are seconds UTC, digests are BLOBs.

CREATE TABLE advisories (
    id INTEGER PRIMARY KEY,
    number TEXT NOT NULL UNIQUE,     -- '501', '2026-01': without the prefix
    state TEXT NOT NULL DEFAULT 'draft' CHECK (state IN
        ('draft', 'frozen', 'predisclosed', 'public', 'updated', 'withdrawn')),
    made_at INTEGER NOT NULL
) STRICT;

-- Events of include/policy.h, by the names they have in files.
CREATE TABLE dates (
    advisory INTEGER NOT NULL REFERENCES advisories,
    event TEXT NOT NULL CHECK (event IN ('discovered', 'reported', 'confirmed', 'fixed',
        'predisclosure', 'posted', 'wished', 'public', 'exploited', 'leaked')),
    time INTEGER NOT NULL,
    PRIMARY KEY (advisory, event)
) STRICT, WITHOUT ROWID;

-- The policies that bind it, by name.
CREATE TABLE bindings (
    advisory INTEGER NOT NULL REFERENCES advisories,
    policy TEXT NOT NULL,
    PRIMARY KEY (advisory, policy)
) STRICT, WITHOUT ROWID;

CREATE TABLE cves (
    advisory INTEGER NOT NULL REFERENCES advisories,
    position INTEGER NOT NULL,
    cve TEXT NOT NULL,
    PRIMARY KEY (advisory, position),
    UNIQUE (advisory, cve)
) STRICT, WITHOUT ROWID;

CREATE TABLE credits (
    advisory INTEGER NOT NULL REFERENCES advisories,
    position INTEGER NOT NULL,
    person TEXT NOT NULL,
    PRIMARY KEY (advisory, position)
) STRICT, WITHOUT ROWID;

-- Findings of lint that somebody set aside.
CREATE TABLE waivers (
    advisory INTEGER NOT NULL REFERENCES advisories,
    finding TEXT NOT NULL,           -- its id
    reason TEXT NOT NULL CHECK (reason <> ''),
    who TEXT NOT NULL,
    at INTEGER NOT NULL,
    PRIMARY KEY (advisory, finding)
) STRICT, WITHOUT ROWID;

-- What happened, for `advisory log`.
CREATE TABLE events (
    id INTEGER PRIMARY KEY,
    advisory INTEGER NOT NULL REFERENCES advisories,
    at INTEGER NOT NULL,
    who TEXT NOT NULL,
    what TEXT NOT NULL,              -- 'made', 'frozen', 'vacated', ...
    detail TEXT NOT NULL DEFAULT ''
) STRICT;
CREATE INDEX events_by_advisory ON events (advisory, id);

CREATE TABLE versions (
    id INTEGER PRIMARY KEY,
    advisory INTEGER NOT NULL REFERENCES advisories,
    version INTEGER NOT NULL CHECK (version >= 1),
    audience TEXT NOT NULL CHECK (audience IN ('members', 'public')), -- whom its text is meant for
    origin TEXT NOT NULL CHECK (origin IN ('here', 'imported')),
    made_at INTEGER NOT NULL,
    frozen_at INTEGER,               -- NULL: a draft
    -- The head of the text.
    version_line INTEGER NOT NULL DEFAULT 0, -- 1: it is printed
    heading_gap INTEGER, heading_indent INTEGER,
    version_gap INTEGER, version_indent INTEGER,
    title_gap INTEGER, end_gap INTEGER,
    -- The signature.
    signed BLOB,                     -- the clearsigned bytes; NULL: imported
    signed_sha256 BLOB,              -- of the clearsigned bytes, as signed or as imported
    plain_sha256 BLOB,               -- of the text in them
    armour BLOB,                     -- an imported text's signature
    signer TEXT,                     -- full fingerprint, capitals
    signature_digest TEXT,           -- 'SHA256'
    signature_at INTEGER,
    UNIQUE (advisory, version),
    CHECK (frozen_at IS NULL OR (length(signed_sha256) = 32 AND length(plain_sha256) = 32 AND
        (origin = 'imported') = (signed IS NULL)))
) STRICT;

CREATE TABLE version_cves (
    version INTEGER NOT NULL REFERENCES versions,
    position INTEGER NOT NULL,
    cve TEXT NOT NULL,
    PRIMARY KEY (version, position)
) STRICT, WITHOUT ROWID;

CREATE TABLE title_lines (
    version INTEGER NOT NULL REFERENCES versions,
    position INTEGER NOT NULL,
    indent INTEGER,
    words BLOB NOT NULL,             -- bytes as written, as everywhere below
    PRIMARY KEY (version, position)
) STRICT, WITHOUT ROWID;

CREATE TABLE sections (
    id INTEGER PRIMARY KEY,
    version INTEGER NOT NULL REFERENCES versions,
    position INTEGER NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('banner', 'lead', 'section', 'updates')),
    heading BLOB,                    -- of a 'section' only
    gap INTEGER,
    underline INTEGER,
    UNIQUE (version, position)
) STRICT;

CREATE TABLE blocks (
    id INTEGER PRIMARY KEY,
    section INTEGER NOT NULL REFERENCES sections,
    position INTEGER NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('paragraph', 'standard', 'clause', 'table', 'sums')),
    gap INTEGER,
    words BLOB,
    wording TEXT,
    open INTEGER NOT NULL DEFAULT 0,
    patch TEXT CHECK (patch IN ('unsaid', 'permitted', 'members', 'forbidden')),
    mitigation TEXT CHECK (mitigation IN ('unsaid', 'permitted', 'members', 'forbidden')),
    UNIQUE (section, position)
) STRICT;

-- The patch table.
CREATE TABLE table_rows (
    block INTEGER NOT NULL REFERENCES blocks,
    position INTEGER NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('patch', 'sublabel', 'more')),
    gap INTEGER,
    name BLOB,
    label_column INTEGER,
    label BLOB NOT NULL,
    PRIMARY KEY (block, position)
) STRICT, WITHOUT ROWID;

CREATE TABLE sums (
    block INTEGER NOT NULL REFERENCES blocks,
    position INTEGER NOT NULL,
    sha256 BLOB NOT NULL CHECK (length(sha256) = 32),
    name BLOB NOT NULL,
    PRIMARY KEY (block, position)
) STRICT, WITHOUT ROWID;

-- Bytes of patches, each kept once.
CREATE TABLE contents (
    id INTEGER PRIMARY KEY,
    sha256 BLOB NOT NULL UNIQUE CHECK (length(sha256) = 32),
    bytes BLOB NOT NULL
) STRICT;

CREATE TABLE patches (
    version INTEGER NOT NULL REFERENCES versions,
    position INTEGER NOT NULL,
    name TEXT NOT NULL,              -- as in the sums; may hold a folder where that is configured
    content INTEGER NOT NULL REFERENCES contents,
    PRIMARY KEY (version, position),
    UNIQUE (version, name)
) STRICT, WITHOUT ROWID;

-- Everything that the gate let through or refused. `hash` covers the row and the hash before it, so
-- that a changed, removed or moved row shows; AUTOINCREMENT remembers how many there were.
CREATE TABLE ledger (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    at INTEGER NOT NULL,
    who TEXT NOT NULL,               -- the system's user
    advisory TEXT NOT NULL,          -- number, not a reference: this row outlives everything
    version INTEGER NOT NULL,
    name TEXT NOT NULL,              -- the file; '' is the advisory's text
    digest BLOB NOT NULL,            -- SHA-256 of the bytes asked for
    audience TEXT NOT NULL,
    verdict TEXT NOT NULL CHECK (verdict IN ('permit', 'refusal', 'override')),
    rule TEXT NOT NULL,
    reason TEXT NOT NULL,            -- of an override
    hash BLOB NOT NULL CHECK (length(hash) = 32)
) STRICT;

CREATE TRIGGER ledger_keeps_rows BEFORE UPDATE ON ledger
BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;
CREATE TRIGGER ledger_loses_none BEFORE DELETE ON ledger
BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;

CREATE TRIGGER version_stays BEFORE UPDATE ON versions WHEN old.frozen_at IS NOT NULL
BEGIN SELECT RAISE(ABORT, 'the version is frozen'); END;
CREATE TRIGGER version_is_kept BEFORE DELETE ON versions WHEN old.frozen_at IS NOT NULL
BEGIN SELECT RAISE(ABORT, 'the version is frozen'); END;
CREATE TRIGGER content_stays BEFORE UPDATE ON contents
BEGIN SELECT RAISE(ABORT, 'contents never change'); END;

-- Nothing is added to a frozen version, changed in it or taken from it.
CREATE TRIGGER version_cves_insert BEFORE INSERT ON version_cves
WHEN (SELECT frozen_at FROM versions WHERE id = new.version) IS NOT NULL
BEGIN SELECT RAISE(ABORT, 'the version is frozen'); END;
CREATE TRIGGER version_cves_update BEFORE UPDATE ON version_cves
WHEN (SELECT frozen_at FROM versions WHERE id = old.version) IS NOT NULL
BEGIN SELECT RAISE(ABORT, 'the version is frozen'); END;
CREATE TRIGGER version_cves_delete BEFORE DELETE ON version_cves
WHEN (SELECT frozen_at FROM versions WHERE id = old.version) IS NOT NULL
BEGIN SELECT RAISE(ABORT, 'the version is frozen'); END;
CREATE TRIGGER title_lines_insert BEFORE INSERT ON title_lines
WHEN (SELECT frozen_at FROM versions WHERE id = new.version) IS NOT NULL
BEGIN SELECT RAISE(ABORT, 'the version is frozen'); END;
CREATE TRIGGER title_lines_update BEFORE UPDATE ON title_lines
WHEN (SELECT frozen_at FROM versions WHERE id = old.version) IS NOT NULL
BEGIN SELECT RAISE(ABORT, 'the version is frozen'); END;
CREATE TRIGGER title_lines_delete BEFORE DELETE ON title_lines
WHEN (SELECT frozen_at FROM versions WHERE id = old.version) IS NOT NULL
BEGIN SELECT RAISE(ABORT, 'the version is frozen'); END;
CREATE TRIGGER sections_insert BEFORE INSERT ON sections
WHEN (SELECT frozen_at FROM versions WHERE id = new.version) IS NOT NULL
BEGIN SELECT RAISE(ABORT, 'the version is frozen'); END;
CREATE TRIGGER sections_update BEFORE UPDATE ON sections
WHEN (SELECT frozen_at FROM versions WHERE id = old.version) IS NOT NULL
BEGIN SELECT RAISE(ABORT, 'the version is frozen'); END;
CREATE TRIGGER sections_delete BEFORE DELETE ON sections
WHEN (SELECT frozen_at FROM versions WHERE id = old.version) IS NOT NULL
BEGIN SELECT RAISE(ABORT, 'the version is frozen'); END;
CREATE TRIGGER patches_insert BEFORE INSERT ON patches
WHEN (SELECT frozen_at FROM versions WHERE id = new.version) IS NOT NULL
BEGIN SELECT RAISE(ABORT, 'the version is frozen'); END;
CREATE TRIGGER patches_update BEFORE UPDATE ON patches
WHEN (SELECT frozen_at FROM versions WHERE id = old.version) IS NOT NULL
BEGIN SELECT RAISE(ABORT, 'the version is frozen'); END;
CREATE TRIGGER patches_delete BEFORE DELETE ON patches
WHEN (SELECT frozen_at FROM versions WHERE id = old.version) IS NOT NULL
BEGIN SELECT RAISE(ABORT, 'the version is frozen'); END;
CREATE TRIGGER blocks_insert BEFORE INSERT ON blocks
WHEN (SELECT frozen_at FROM versions
        WHERE id = (SELECT version FROM sections WHERE id = new.section)) IS NOT NULL
BEGIN SELECT RAISE(ABORT, 'the version is frozen'); END;
CREATE TRIGGER blocks_update BEFORE UPDATE ON blocks
WHEN (SELECT frozen_at FROM versions
        WHERE id = (SELECT version FROM sections WHERE id = old.section)) IS NOT NULL
BEGIN SELECT RAISE(ABORT, 'the version is frozen'); END;
CREATE TRIGGER blocks_delete BEFORE DELETE ON blocks
WHEN (SELECT frozen_at FROM versions
        WHERE id = (SELECT version FROM sections WHERE id = old.section)) IS NOT NULL
BEGIN SELECT RAISE(ABORT, 'the version is frozen'); END;
CREATE TRIGGER table_rows_insert BEFORE INSERT ON table_rows
WHEN (SELECT frozen_at FROM versions WHERE id =
        (SELECT version FROM sections WHERE id = (SELECT section FROM blocks WHERE id = new.block))) IS NOT NULL
BEGIN SELECT RAISE(ABORT, 'the version is frozen'); END;
CREATE TRIGGER table_rows_update BEFORE UPDATE ON table_rows
WHEN (SELECT frozen_at FROM versions WHERE id =
        (SELECT version FROM sections WHERE id = (SELECT section FROM blocks WHERE id = old.block))) IS NOT NULL
BEGIN SELECT RAISE(ABORT, 'the version is frozen'); END;
CREATE TRIGGER table_rows_delete BEFORE DELETE ON table_rows
WHEN (SELECT frozen_at FROM versions WHERE id =
        (SELECT version FROM sections WHERE id = (SELECT section FROM blocks WHERE id = old.block))) IS NOT NULL
BEGIN SELECT RAISE(ABORT, 'the version is frozen'); END;
CREATE TRIGGER sums_insert BEFORE INSERT ON sums
WHEN (SELECT frozen_at FROM versions WHERE id =
        (SELECT version FROM sections WHERE id = (SELECT section FROM blocks WHERE id = new.block))) IS NOT NULL
BEGIN SELECT RAISE(ABORT, 'the version is frozen'); END;
CREATE TRIGGER sums_update BEFORE UPDATE ON sums
WHEN (SELECT frozen_at FROM versions WHERE id =
        (SELECT version FROM sections WHERE id = (SELECT section FROM blocks WHERE id = old.block))) IS NOT NULL
BEGIN SELECT RAISE(ABORT, 'the version is frozen'); END;
CREATE TRIGGER sums_delete BEFORE DELETE ON sums
WHEN (SELECT frozen_at FROM versions WHERE id =
        (SELECT version FROM sections WHERE id = (SELECT section FROM blocks WHERE id = old.block))) IS NOT NULL
BEGIN SELECT RAISE(ABORT, 'the version is frozen'); END;
