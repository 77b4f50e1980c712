-- What a stable branch may be missing.

-- name: backports_commit
SELECT hash, subject FROM commits WHERE id = ?1;

-- name: backports_asked
SELECT value FROM trailers WHERE commit_id = ?1 AND kind = 'Backport' ORDER BY position;

-- name: backports_fixes
SELECT 1 FROM trailers WHERE commit_id = ?1 AND kind = 'Fixes' LIMIT 1;

-- name: backports_marked
SELECT 1 FROM origins WHERE commit_id = ?1 LIMIT 1;
