-- The history: what `mine` derived from git. It may be deleted and mined again.
--
-- Readers count only what is reachable from `refs`. While a run is under way there are commits that no
-- ref reaches yet; each came in together with its changes, after its parents. Refs move last.
-- Names, addresses, subjects and paths are the bytes that git holds, which may not be UTF-8.
-- Object ids are BLOBs of 20 bytes. Times are seconds UTC, zones minutes east of Greenwich.

CREATE TABLE repositories (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    source TEXT NOT NULL,            -- the path or URL it was mined from
    main_branch TEXT,                -- the branch that "main" means: "master"
    selection TEXT NOT NULL,         -- the patterns its refs were chosen by
    rules TEXT NOT NULL,             -- the rules its messages were read by
    shallow INTEGER NOT NULL,        -- 1: it was cut when it was mined
    mailmap BLOB,                    -- .mailmap at the tip of the main branch
    mined_at INTEGER                 -- end of the last complete run
) STRICT;

-- The tips that were chosen: the state of the last complete run.
CREATE TABLE refs (
    repository INTEGER NOT NULL REFERENCES repositories,
    kind TEXT NOT NULL,              -- 'branch' or 'tag'
    name TEXT NOT NULL,              -- without refs/heads/ or refs/tags/
    target BLOB NOT NULL,            -- what the ref holds: a commit, or an annotated tag
    commit_id INTEGER REFERENCES commits, -- peeled; NULL: it leads to no commit
    tagged_at INTEGER,               -- annotated tags: the tagger's time
    tagger INTEGER REFERENCES identities,
    signature TEXT,                  -- 'openpgp', 'ssh', 'x509' or NULL; seen, not verified
    signer TEXT,                     -- key id or fingerprint in capitals, as the signature names it
    digest TEXT,                     -- 'SHA1', 'SHA256', ...
    PRIMARY KEY (repository, kind, name)
) STRICT, WITHOUT ROWID;

-- A name and an address, exactly as written.
CREATE TABLE identities (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL,
    address TEXT NOT NULL,
    UNIQUE (name, address)
) STRICT;

CREATE TABLE commits (
    id INTEGER PRIMARY KEY,          -- a parent's id is always smaller than its child's
    repository INTEGER NOT NULL REFERENCES repositories,
    hash BLOB NOT NULL,
    author INTEGER NOT NULL REFERENCES identities,
    author_time INTEGER NOT NULL,
    author_zone INTEGER NOT NULL,
    committer INTEGER NOT NULL REFERENCES identities,
    committer_time INTEGER NOT NULL,
    committer_zone INTEGER NOT NULL,
    parent_count INTEGER NOT NULL,   -- above 1: a merge
    signature TEXT,
    signer TEXT,
    digest TEXT,
    subject TEXT NOT NULL,
    UNIQUE (repository, hash)
) STRICT;

CREATE TABLE parents (
    commit_id INTEGER NOT NULL REFERENCES commits,
    position INTEGER NOT NULL,       -- 0 is the first parent
    parent_id INTEGER REFERENCES commits, -- NULL: the object is missing (see problems)
    PRIMARY KEY (commit_id, position)
) STRICT, WITHOUT ROWID;

CREATE TABLE paths (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE
) STRICT;

-- One row a non-merge commit and path, against its parent (a root: against nothing), renames OFF.
-- `git log --numstat --no-renames` prints the same rows.
CREATE TABLE changes (
    commit_id INTEGER NOT NULL REFERENCES commits,
    path INTEGER NOT NULL REFERENCES paths,
    status TEXT NOT NULL,            -- 'A' added, 'D' deleted, 'M' modified, 'T' type changed
    content TEXT NOT NULL,           -- 'text', 'binary', or 'missing': the object could not be read
    added INTEGER NOT NULL,          -- lines; 0 unless text
    deleted INTEGER NOT NULL,
    PRIMARY KEY (commit_id, path)
) STRICT, WITHOUT ROWID;

-- The other reading: with renames ON this row stands for the change rows of both its paths.
CREATE TABLE renames (
    commit_id INTEGER NOT NULL REFERENCES commits,
    path INTEGER NOT NULL REFERENCES paths,      -- the new path
    old_path INTEGER NOT NULL REFERENCES paths,
    similarity INTEGER NOT NULL,     -- percent, as git prints it
    content TEXT NOT NULL,           -- 'text' or 'binary'
    added INTEGER NOT NULL,
    deleted INTEGER NOT NULL,
    PRIMARY KEY (commit_id, path)
) STRICT, WITHOUT ROWID;

CREATE TABLE trailers (
    commit_id INTEGER NOT NULL REFERENCES commits,
    position INTEGER NOT NULL,       -- order in the message
    kind TEXT NOT NULL,              -- 'Reviewed-by', ...: the right spelling
    written TEXT,                    -- the key as written where it is misspelt, else NULL
    negative INTEGER NOT NULL,       -- 1: Nacked-by, Not-acked-by: never an approval
    identity INTEGER REFERENCES identities, -- of a person; address '' when there is none
    value TEXT NOT NULL,             -- unfolded, without key and qualifier
    qualifier TEXT,                  -- '# arm', '(for 4.3)', '[x86 bits]'
    PRIMARY KEY (commit_id, position)
) STRICT, WITHOUT ROWID;

-- Where a backport says it comes from.
CREATE TABLE origins (
    commit_id INTEGER NOT NULL REFERENCES commits,
    position INTEGER NOT NULL,
    kind TEXT NOT NULL,              -- 'master-commit', 'cherry-pick', 'hg-changeset'
    hex TEXT NOT NULL,               -- the id as written, in small letters, 6 to 40 digits
    PRIMARY KEY (commit_id, position)
) STRICT, WITHOUT ROWID;

-- Advisories that a message names.
CREATE TABLE mentions (
    commit_id INTEGER NOT NULL REFERENCES commits,
    advisory TEXT NOT NULL,          -- 'XSA-155'
    claim TEXT NOT NULL,             -- 'fix', 'part' (of a fix) or 'mention' (no claim)
    PRIMARY KEY (commit_id, advisory)
) STRICT, WITHOUT ROWID;

-- What could not be read or understood; `mine --problems` lists it.
CREATE TABLE problems (
    repository INTEGER NOT NULL REFERENCES repositories,
    commit_id INTEGER NOT NULL,      -- the commit it was met at, and goes with; 0: at a ref
    object TEXT NOT NULL,            -- hex id
    place TEXT NOT NULL,             -- a path or ref, or ''
    kind TEXT NOT NULL,              -- 'missing', 'corrupt', 'odd', 'boundary', 'worker'
    detail TEXT NOT NULL,            -- one sentence
    PRIMARY KEY (repository, commit_id, object, place, kind)
) STRICT, WITHOUT ROWID;
