-- What `export` prints: the rows behind the figures of window ?1. The columns are in the order of
-- the tables in src/report/rows.c.

-- name: export_commits
SELECT c.hash, c.parent_count > 1, a.name, a.address, c.author_time, w.name, w.address,
       c.committer_time, s.person, s.employer, coalesce(t.paths, 0), coalesce(t.added, 0),
       coalesce(t.deleted, 0), c.subject
FROM authored AS s
CROSS JOIN commits AS c ON c.id = s.commit_id
JOIN identities AS a ON a.id = c.author
JOIN identities AS w ON w.id = c.committer
LEFT JOIN (SELECT commit_id, count(*) AS paths, sum(added) AS added, sum(deleted) AS deleted
           FROM touched WHERE window = ?1 GROUP BY commit_id) AS t ON t.commit_id = s.commit_id
WHERE s.window = ?1
ORDER BY s.time, s.commit_id;

-- name: export_changes
SELECT c.hash, q.name, o.name, t.status, t.similarity, t.content, t.added, t.deleted
FROM touched AS t
CROSS JOIN commits AS c ON c.id = t.commit_id
CROSS JOIN paths AS q ON q.id = t.path
LEFT JOIN paths AS o ON o.id = t.old_path
WHERE t.window = ?1
ORDER BY t.time, t.commit_id, q.name;

-- name: export_trailers
SELECT c.hash, t.position + 1, t.kind, t.written, t.negative, i.name, i.address, p.person,
       e.employer, t.value, t.qualifier
FROM selected AS s
CROSS JOIN commits AS c ON c.id = s.commit_id
CROSS JOIN trailers AS t ON t.commit_id = s.commit_id
LEFT JOIN identities AS i ON i.id = t.identity
LEFT JOIN persons AS p ON p.people = s.people AND p.identity = t.identity
LEFT JOIN spans AS e ON e.joins = s.joins AND e.identity = t.identity AND e.since <= s.author_time
    AND e.until > s.author_time
WHERE s.window = ?1 AND (s.only_employer IS NULL OR e.employer = s.only_employer)
ORDER BY s.time, s.commit_id, t.position;
