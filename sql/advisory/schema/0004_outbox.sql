-- Every message to every recipient, committed before the network is touched. Its bytes never change,
-- and there is one a kind, version and recipient: nobody gets a second mail.
CREATE TABLE outbox (
    id INTEGER PRIMARY KEY,
    kind TEXT NOT NULL CHECK (kind IN ('predisclosure', 'public', 'vacated')),
    advisory INTEGER NOT NULL REFERENCES advisories,
    version INTEGER NOT NULL,
    member INTEGER REFERENCES members,    -- NULL: a public list
    recipient TEXT NOT NULL,              -- the envelope's
    delivery TEXT NOT NULL CHECK (delivery IN ('pgp', 'tls', 'public')),
    fingerprint TEXT,                     -- of the key it is encrypted to
    message_id TEXT NOT NULL,             -- one mail may go to several lists
    digest BLOB NOT NULL CHECK (length(digest) = 32), -- SHA-256 of `bytes`
    bytes BLOB NOT NULL,                  -- the message as it goes out
    queued_at INTEGER NOT NULL,
    state TEXT NOT NULL DEFAULT 'queued' CHECK (state IN
        ('queued', 'sending', 'sent', 'failed', 'unknown', 'bounced', 'acknowledged')),
    tries INTEGER NOT NULL DEFAULT 0,
    next_at INTEGER,                      -- queued: not before
    code INTEGER,                         -- the server's last reply
    reply TEXT,
    settled_at INTEGER,                   -- when it came to be in its state
    UNIQUE (message_id, recipient),
    UNIQUE (kind, advisory, version, recipient),
    CHECK ((delivery = 'pgp') = (fingerprint IS NOT NULL)),
    CHECK ((delivery = 'public') = (member IS NULL))
) STRICT;
CREATE INDEX outbox_by_state ON outbox (state, id);

CREATE TRIGGER outbox_message_stays
BEFORE UPDATE OF kind, advisory, version, member, recipient, delivery, fingerprint, message_id,
                 digest, bytes, queued_at ON outbox
BEGIN SELECT RAISE(ABORT, 'a message never changes'); END;
-- What was never tried may be written anew: the member's key is another, or the day was rehearsed again.
CREATE TRIGGER outbox_is_kept BEFORE DELETE ON outbox
WHEN old.state <> 'queued' OR old.tries > 0
BEGIN SELECT RAISE(ABORT, 'what was tried is kept'); END;
