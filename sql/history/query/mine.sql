-- What `mine` reads and writes.

-- name: mine_repository
SELECT id, shallow FROM repositories WHERE name = ?1;

-- name: mine_facts
SELECT selection, rules, mined_at FROM repositories WHERE id = ?1;

-- name: mine_any_commit
SELECT 1 FROM commits WHERE repository = ?1 LIMIT 1;

-- name: mine_add_repository
INSERT INTO repositories (name, source, selection, rules, shallow) VALUES (?1, ?2, '', '', 0);

-- name: mine_finish_repository
UPDATE repositories
SET source = ?2, main_branch = ?3, selection = ?4, rules = ?5, shallow = ?6, mailmap = ?7, mined_at = ?8
WHERE id = ?1;

-- name: mine_refs
SELECT kind, name, target, commit_id FROM refs WHERE repository = ?1 ORDER BY kind, name;

-- name: mine_drop_refs
DELETE FROM refs WHERE repository = ?1;

-- name: mine_add_ref
INSERT INTO refs (repository, kind, name, target, commit_id, tagged_at, tagger, signature, signer, digest)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10);

-- name: mine_find_commit
SELECT id FROM commits WHERE repository = ?1 AND hash = ?2;

-- name: mine_last_commit
SELECT coalesce(max(id), 0) FROM commits;

-- name: mine_newest_commit
-- From the newest commit back to the first of this repository: mostly the first one looked at.
SELECT coalesce((SELECT id FROM commits WHERE +repository = ?1 AND id <= ?2 ORDER BY id DESC LIMIT 1), 0);

-- name: mine_ref_commits
SELECT c.id, c.hash FROM refs AS r CROSS JOIN commits AS c ON c.id = r.commit_id
WHERE r.repository = ?1;

-- name: mine_hashes
SELECT id, hash FROM commits WHERE repository = ?1;

-- name: mine_find_identity
SELECT id FROM identities WHERE name = ?1 AND address = ?2;

-- name: mine_add_identity
INSERT INTO identities (name, address) VALUES (?1, ?2);

-- name: mine_find_path
SELECT id FROM paths WHERE name = ?1;

-- name: mine_add_path
INSERT INTO paths (name) VALUES (?1);

-- name: mine_add_commit
INSERT INTO commits (id, repository, hash, author, author_time, author_zone, committer, committer_time,
                     committer_zone, parent_count, signature, signer, digest, subject)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14);

-- name: mine_add_parent
INSERT INTO parents (commit_id, position, parent_id) VALUES (?1, ?2, ?3);

-- name: mine_add_trailer
INSERT INTO trailers (commit_id, position, kind, written, negative, identity, value, qualifier)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8);

-- name: mine_add_origin
INSERT INTO origins (commit_id, position, kind, hex) VALUES (?1, ?2, ?3, ?4);

-- name: mine_add_mention
INSERT INTO mentions (commit_id, advisory, claim) VALUES (?1, ?2, ?3);

-- name: mine_add_change
-- A broken tree may name a path twice; git counts both.
INSERT INTO changes (commit_id, path, status, content, added, deleted) VALUES (?1, ?2, ?3, ?4, ?5, ?6)
ON CONFLICT DO UPDATE SET status = 'M', added = added + excluded.added, deleted = deleted + excluded.deleted;

-- name: mine_add_rename
INSERT OR IGNORE INTO renames (commit_id, path, old_path, similarity, content, added, deleted)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7);

-- name: mine_add_problem
INSERT OR REPLACE INTO problems (repository, commit_id, object, place, kind, detail)
VALUES (?1, ?2, ?3, ?4, ?5, ?6);

-- name: mine_problems
-- scan: problems are few
SELECT DISTINCT r.name, p.kind, p.object, p.place, p.detail
FROM problems p JOIN repositories r ON r.id = p.repository
WHERE ?1 IS NULL OR r.name = ?1
ORDER BY r.name, p.kind, p.place, p.object;

-- name: mine_count_problems
SELECT count(DISTINCT object) FROM problems WHERE repository = ?1;

-- name: mine_lost_objects
-- A few are enough: what repairs a repository brings back all it lacks.
SELECT DISTINCT kind, object FROM problems
WHERE repository = ?1 AND kind IN ('missing', 'boundary') LIMIT 100;

-- name: mine_drop_problems
DELETE FROM problems WHERE repository = ?1;

-- name: mine_drop_ref_problems
DELETE FROM problems WHERE repository = ?1 AND commit_id = 0;

-- name: mine_delete_problems
DELETE FROM problems
WHERE repository = (SELECT repository FROM commits WHERE id = ?1) AND commit_id = ?1;

-- name: mine_delete_commit
DELETE FROM commits WHERE id = ?1;

-- name: mine_delete_parents
DELETE FROM parents WHERE commit_id = ?1;

-- name: mine_delete_changes
DELETE FROM changes WHERE commit_id = ?1;

-- name: mine_delete_renames
DELETE FROM renames WHERE commit_id = ?1;

-- name: mine_delete_trailers
DELETE FROM trailers WHERE commit_id = ?1;

-- name: mine_delete_origins
DELETE FROM origins WHERE commit_id = ?1;

-- name: mine_delete_mentions
DELETE FROM mentions WHERE commit_id = ?1;

-- name: mine_commit_list
SELECT id FROM commits WHERE repository = ?1;

-- name: mine_repository_id
SELECT id FROM repositories WHERE name = ?1;

-- name: mine_rename_repository
UPDATE repositories SET name = ?2 WHERE id = ?1;

-- name: mine_drop_repository
DELETE FROM repositories WHERE id = ?1;
