-- Which part of the project a commit touches.

-- name: components_paths
SELECT p.name FROM changes AS c CROSS JOIN paths AS p ON p.id = c.path
WHERE c.commit_id = ?1
ORDER BY p.name;
