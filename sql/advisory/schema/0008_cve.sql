-- CVE ids that were reserved, and what was sent of them. What was asked of the server is noted before
-- the network is touched, so that a lost answer is known to be lost.
CREATE TABLE cve_ids (
    cve TEXT NOT NULL PRIMARY KEY,
    advisory INTEGER REFERENCES advisories, -- that it was reserved for; NULL: another program did
    state TEXT NOT NULL CHECK (state IN ('reserved', 'published', 'rejected')),
    reserved_at INTEGER,              -- NULL: not by this program
    sent_at INTEGER,
    sent BLOB CHECK (sent IS NULL OR length(sent) = 32), -- SHA-256 of the record's file
    CHECK ((sent IS NULL) = (sent_at IS NULL))
) STRICT;
CREATE INDEX cve_ids_by_advisory ON cve_ids (advisory);
CREATE TRIGGER cve_ids_are_kept BEFORE DELETE ON cve_ids
BEGIN SELECT RAISE(ABORT, 'a reserved id is kept'); END;

CREATE TABLE cve_requests (
    id INTEGER PRIMARY KEY,
    advisory INTEGER REFERENCES advisories, -- NULL: of a rejected id nobody had
    kind TEXT NOT NULL CHECK (kind IN ('reserve', 'publish', 'reject')),
    at INTEGER NOT NULL,
    who TEXT NOT NULL,
    outcome TEXT NOT NULL CHECK (outcome IN ('asked', 'done', 'refused', 'lost', 'settled'))
) STRICT;
CREATE INDEX cve_requests_by_advisory ON cve_requests (advisory, kind);
