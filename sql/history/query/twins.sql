-- Commits that make the same change.

-- name: twins_changes
SELECT path, status, content, added, deleted FROM changes WHERE commit_id = ?1 ORDER BY path;

-- name: twins_hash
SELECT hash FROM commits WHERE id = ?1;
