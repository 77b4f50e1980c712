-- Which part of the project a commit belongs to.

-- name: areas_paths
SELECT p.name, c.added + c.deleted FROM changes AS c CROSS JOIN paths AS p ON p.id = c.path
WHERE c.commit_id = ?1
ORDER BY p.name;
