-- What the checks of a release ask of its commits.

-- name: check_commit
SELECT lower(hex(hash)), subject FROM commits WHERE id = ?1;

-- name: check_facts
-- A subject, and whether the commit changes anything.
SELECT subject, EXISTS (SELECT 1 FROM changes AS l WHERE l.commit_id = c.id)
FROM commits AS c WHERE c.id = ?1;

-- name: check_origins
SELECT hex FROM origins WHERE commit_id = ?1 AND kind <> 'hg-changeset' ORDER BY position;

-- name: check_fixers
-- scan: all Fixes: lines of a history, some thousand
SELECT t.commit_id, t.value
FROM trailers AS t
WHERE t.kind = 'Fixes'
ORDER BY t.commit_id;
