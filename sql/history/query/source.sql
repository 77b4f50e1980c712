-- Where a repository is, and what a name in it stands for.

-- name: source_repository
SELECT id, source, coalesce(mined_at, 0) FROM repositories WHERE name = ?1;

-- name: source_ref
-- A tag before a branch of the same name.
SELECT c.id, c.hash FROM refs AS r JOIN commits AS c ON c.id = r.commit_id
WHERE r.repository = ?1 AND r.kind IN ('tag', 'branch') AND r.name = ?2
ORDER BY r.kind DESC LIMIT 1;

-- name: source_hash
-- Commits whose id lies between two: those that begin with the same digits.
SELECT id, hash FROM commits WHERE repository = ?1 AND hash BETWEEN ?2 AND ?3 LIMIT 2;
