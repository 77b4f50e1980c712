-- Who hears of a vulnerability before the public. Names are public, addresses are secret.

CREATE TABLE members (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL,              -- the organisation
    folded TEXT NOT NULL UNIQUE,     -- the name without case
    address TEXT,                    -- one role address; NULL: not known yet
    folded_address TEXT UNIQUE,      -- small letters
    delivery TEXT CHECK (delivery IN ('pgp', 'tls')),
    fingerprint TEXT,                -- of the one key, in capitals; NULL: delivery is not 'pgp'
    ships TEXT NOT NULL,
    qualifies TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN
        ('listed', 'applied', 'active', 'suspended', 'declined', 'removed')),
    CHECK ((address IS NULL) = (folded_address IS NULL)),
    CHECK ((delivery IS 'pgp') = (fingerprint IS NOT NULL)),
    CHECK (state <> 'active' OR (address IS NOT NULL AND delivery IS NOT NULL))
) STRICT;

-- What is public about them, and which of the project's lists they are on; no list: on all.
CREATE TABLE member_words (
    member INTEGER NOT NULL REFERENCES members,
    kind TEXT NOT NULL CHECK (kind IN ('link', 'list')),
    position INTEGER NOT NULL,
    word TEXT NOT NULL,
    PRIMARY KEY (member, kind, position)
) STRICT, WITHOUT ROWID;

-- What happened, for ever. Details quote no address.
CREATE TABLE member_events (
    id INTEGER PRIMARY KEY,
    member INTEGER NOT NULL REFERENCES members,
    at INTEGER NOT NULL,
    who TEXT NOT NULL,
    what TEXT NOT NULL,
    detail TEXT NOT NULL
) STRICT;
CREATE INDEX member_events_by_member ON member_events (member, id);

CREATE TRIGGER member_events_stay BEFORE UPDATE ON member_events
BEGIN SELECT RAISE(ABORT, 'what happened stays'); END;
CREATE TRIGGER member_events_are_kept BEFORE DELETE ON member_events
BEGIN SELECT RAISE(ABORT, 'what happened stays'); END;
