-- Commits by what they change.

-- name: shapes_changes
-- scan: every commit's lines, in order of the key
SELECT commit_id, path, added, deleted, content <> 'text' FROM changes ORDER BY commit_id;

-- name: shapes_path
SELECT id FROM paths WHERE name = ?1;

-- name: shapes_hash
SELECT hash FROM commits WHERE id = ?1;
