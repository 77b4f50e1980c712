-- What the history says about for whom its people write.

-- name: signs_signatures
-- Every Signed-off-by line of another identity than the author's.
SELECT trailers.commit_id, trailers.identity FROM trailers
JOIN commits ON commits.id = trailers.commit_id
WHERE commits.repository = ?1 AND trailers.kind = 'Signed-off-by' AND NOT trailers.negative
  AND trailers.identity <> commits.author
ORDER BY trailers.commit_id, trailers.position;

-- name: signs_lists
-- scan: changes have no index by path; those of two files among all of them
SELECT c.id, c.hash, p.name, l.status, f.hash
FROM changes AS l
CROSS JOIN paths AS p ON p.id = l.path
CROSS JOIN commits AS c ON c.id = l.commit_id
LEFT JOIN parents AS a ON a.commit_id = c.id AND a.position = 0
LEFT JOIN commits AS f ON f.id = a.parent_id
WHERE l.path IN (SELECT id FROM paths WHERE name IN ('MAINTAINERS', 'CREDITS'))
  AND l.status <> 'D' AND c.repository = ?1
ORDER BY c.id, p.name;
