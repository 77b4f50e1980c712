-- What came back about messages: delivery reports and answers, each once, however often it is read.
CREATE TABLE outbox_reports (
    id INTEGER PRIMARY KEY,
    message INTEGER NOT NULL REFERENCES outbox,
    source TEXT NOT NULL,             -- the report's own Message-ID, or its digest
    kind TEXT NOT NULL CHECK (kind IN
        ('failed', 'delayed', 'delivered', 'relayed', 'expanded', 'automatic', 'reply', 'hand')),
    status TEXT NOT NULL,             -- "5.1.1"; '' none
    diagnostic TEXT NOT NULL,         -- may hold addresses; '' none
    at INTEGER NOT NULL,              -- when it was read
    who TEXT NOT NULL,                -- by whom
    UNIQUE (message, source, kind)
) STRICT;
CREATE INDEX outbox_by_member ON outbox (member, id);

CREATE TRIGGER outbox_reports_stay BEFORE UPDATE ON outbox_reports
BEGIN SELECT RAISE(ABORT, 'what came back stays'); END;
CREATE TRIGGER outbox_reports_are_kept BEFORE DELETE ON outbox_reports
BEGIN SELECT RAISE(ABORT, 'what came back stays'); END;
