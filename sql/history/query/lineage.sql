-- What leads from one commit to another.

-- name: lineage_origins
-- Ids of another system's changesets lead nowhere in git.
-- scan: all origin lines of a history, some ten thousand
SELECT commit_id, hex FROM origins WHERE kind <> 'hg-changeset' ORDER BY commit_id, position;

-- name: lineage_subjects
-- Newest first, so that a Revert comes before what it reverts.
-- scan: in the order of the table a third of the time of the index
SELECT id, subject FROM commits WHERE +repository = ?1 ORDER BY id DESC;

-- name: lineage_targets
SELECT value FROM trailers WHERE commit_id = ?1 AND kind = 'Fixes' ORDER BY position;

-- name: lineage_hash
SELECT lower(hex(hash)) FROM commits WHERE id = ?1;
