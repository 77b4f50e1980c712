-- What a set of readings chose, as temporary tables that the statements of figures.sql count; the
-- largest, `chosen`, is a shelf (shelf.h).
--
-- A part is a set of commits; a window is a stretch of a part's time, so that the years of a
-- branch share one part. Employers above 0 are employers, those below 0 are groups of people
-- without one: (unknown), (unaffiliated).

-- name: selection_create_chosen
-- A part's rows follow each other in order of their time: a window is a stretch of ids. A part that
-- loses rows does not move those behind it.
CREATE TABLE chosen (
    id INTEGER PRIMARY KEY,
    time INTEGER NOT NULL,        -- the date that the reading uses
    commit_id INTEGER NOT NULL,
    author_time INTEGER NOT NULL,
    person INTEGER,               -- by the reading's people map; NULL: counts as nobody
    employer INTEGER NOT NULL     -- the author's on the author date
);

-- name: selection_create_windows
CREATE TEMP TABLE IF NOT EXISTS windows (
    window INTEGER PRIMARY KEY,
    part INTEGER NOT NULL,
    first INTEGER NOT NULL,       -- of chosen.id, half-open
    after INTEGER NOT NULL,
    people INTEGER NOT NULL,      -- which map: enum reading_people
    only_employer INTEGER,        -- NULL: contributions for anybody
    renames INTEGER NOT NULL,
    only_paths INTEGER NOT NULL,  -- 1: lines count in the part's `wanted` paths only
    joins INTEGER NOT NULL,       -- which `spans` are its own
    monsters INTEGER NOT NULL     -- 0: lines of the commits in `monstrous` do not count
);

-- name: selection_create_known
-- Who had committed before a window began.
CREATE TEMP TABLE IF NOT EXISTS known (
    window INTEGER NOT NULL,
    person INTEGER NOT NULL,
    PRIMARY KEY (window, person)
) WITHOUT ROWID;

-- name: selection_create_known_employers
CREATE TEMP TABLE IF NOT EXISTS known_employers (
    window INTEGER NOT NULL,
    employer INTEGER NOT NULL,
    PRIMARY KEY (window, employer)
) WITHOUT ROWID;

-- name: selection_create_wanted
CREATE TEMP TABLE IF NOT EXISTS wanted (
    part INTEGER NOT NULL,
    path INTEGER NOT NULL,
    PRIMARY KEY (part, path)
) WITHOUT ROWID;

-- name: selection_create_persons
-- Of those who give credit lines; authors have theirs in `chosen`.
CREATE TEMP TABLE IF NOT EXISTS persons (
    people INTEGER NOT NULL,
    identity INTEGER NOT NULL,
    person INTEGER NOT NULL,
    PRIMARY KEY (people, identity)
) WITHOUT ROWID;

-- name: selection_create_spans
CREATE TEMP TABLE IF NOT EXISTS spans (
    joins INTEGER NOT NULL,       -- employers that count as another make spans of their own
    identity INTEGER NOT NULL,
    since INTEGER NOT NULL,       -- of author times, half-open
    until INTEGER NOT NULL,
    employer INTEGER NOT NULL,
    PRIMARY KEY (joins, identity, since)
) WITHOUT ROWID;

-- name: selection_create_monstrous
-- Commits that add or drop a whole tree; filled for the windows whose lines are counted.
CREATE TEMP TABLE IF NOT EXISTS monstrous (
    commit_id INTEGER PRIMARY KEY
);

-- name: selection_create_selected
-- The commits of each window ...
CREATE TEMP VIEW IF NOT EXISTS selected AS
SELECT w.window, w.part, w.people, w.only_employer, w.renames, w.only_paths, w.joins,
       w.monsters, c.time, c.commit_id, c.author_time, c.person, c.employer
FROM windows AS w
CROSS JOIN chosen AS c ON c.id >= w.first AND c.id < w.after;

-- name: selection_create_authored
-- ... and those written for the employer that the reading asks for.
CREATE TEMP VIEW IF NOT EXISTS authored AS
SELECT * FROM selected WHERE only_employer IS NULL OR employer = only_employer;

-- name: selection_create_touched
-- Their lines as the reading sees them. With renames a rename row stands for the change rows of
-- both its paths; under a path filter it is a rename only when both its paths are wanted.
CREATE TEMP VIEW IF NOT EXISTS touched AS
SELECT a.window, a.time, a.commit_id, a.person, a.employer, l.path, NULL AS old_path, l.status,
       NULL AS similarity, l.content, l.added, l.deleted
FROM authored AS a
CROSS JOIN changes AS l ON l.commit_id = a.commit_id
WHERE (a.monsters OR NOT EXISTS (SELECT 1 FROM monstrous AS m WHERE m.commit_id = a.commit_id))
  AND (NOT a.only_paths
       OR EXISTS (SELECT 1 FROM wanted AS p WHERE p.part = a.part AND p.path = l.path))
  AND NOT (a.renames AND EXISTS (
      SELECT 1 FROM renames AS r
      WHERE r.commit_id = l.commit_id AND l.path IN (r.path, r.old_path)
        AND (NOT a.only_paths
             OR 2 = (SELECT count(*) FROM wanted AS p
                     WHERE p.part = a.part AND p.path IN (r.path, r.old_path)))))
UNION ALL
SELECT a.window, a.time, a.commit_id, a.person, a.employer, r.path, r.old_path, 'R',
       r.similarity, r.content, r.added, r.deleted
FROM authored AS a
CROSS JOIN renames AS r ON r.commit_id = a.commit_id
WHERE a.renames
  AND (a.monsters OR NOT EXISTS (SELECT 1 FROM monstrous AS m WHERE m.commit_id = a.commit_id))
  AND (NOT a.only_paths
       OR 2 = (SELECT count(*) FROM wanted AS p
               WHERE p.part = a.part AND p.path IN (r.path, r.old_path)));

-- name: selection_clear_windows
DELETE FROM windows;

-- name: selection_clear_known
DELETE FROM known;

-- name: selection_clear_known_employers
DELETE FROM known_employers;

-- name: selection_clear_wanted
DELETE FROM wanted;

-- name: selection_clear_persons
DELETE FROM persons;

-- name: selection_clear_spans
DELETE FROM spans;

-- name: selection_clear_monstrous
DELETE FROM monstrous;

-- name: selection_add_window
INSERT INTO windows VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10);

-- name: selection_set_monsters
UPDATE windows SET monsters = ?2 WHERE window = ?1;

-- name: selection_add_monster
INSERT OR IGNORE INTO monstrous VALUES (?1);

-- name: selection_add_known
INSERT OR IGNORE INTO known VALUES (?1, ?2);

-- name: selection_add_known_employer
INSERT OR IGNORE INTO known_employers VALUES (?1, ?2);

-- name: selection_add_person
INSERT OR IGNORE INTO persons VALUES (?1, ?2, ?3);

-- name: selection_add_span
INSERT OR IGNORE INTO spans VALUES (?1, ?2, ?3, ?4, ?5);

-- name: selection_add_wanted
-- ?2 is a path or a folder, or (?3 = 1) a glob, in which * matches / too, as in git's pathspecs.
-- scan: paths have no other order than their names, and a glob may match anywhere
INSERT INTO wanted
SELECT ?1, id FROM paths
WHERE CASE ?3
    WHEN 1 THEN name GLOB ?2
    ELSE name = ?2 OR substr(name, 1, length(?2) + 1) = ?2 || '/' OR ?2 = ''
END;

-- name: selection_paths
-- scan: which of all paths lie in a component is known only outside
SELECT id, name FROM paths;

-- name: selection_add_wanted_path
INSERT OR IGNORE INTO wanted VALUES (?1, ?2);

-- name: selection_touching
-- The rows of part ?1, which begin with ?2, that touch a wanted path.
SELECT c.id FROM chosen AS c
WHERE c.id >= ?2 AND EXISTS (
    SELECT 1 FROM changes AS l CROSS JOIN wanted AS p ON p.path = l.path AND p.part = ?1
    WHERE l.commit_id = c.commit_id)
ORDER BY c.id;

-- name: selection_credit_identities
-- Everybody that a credit line of the windows ?1 to ?2 names.
SELECT DISTINCT t.identity FROM selected AS s
JOIN trailers AS t ON t.commit_id = s.commit_id
WHERE s.window BETWEEN ?1 AND ?2 AND t.identity IS NOT NULL;
