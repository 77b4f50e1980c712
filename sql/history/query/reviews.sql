-- Approvals: who vouched for whose commits. The windows are those of selection.sql, ?1 to ?2.

-- name: reviews_commits
SELECT a.window, a.commit_id, a.person, a.employer, a.author_time, k.committer_time, k.subject
FROM authored AS a
CROSS JOIN commits AS k ON k.id = a.commit_id
WHERE a.window BETWEEN ?1 AND ?2
ORDER BY a.window, a.commit_id;

-- name: reviews_lines
-- ?3 = 0: lines whose key is spelt so; 1: also what was taken for it ("Reviwed-by", "Acked by").
SELECT a.window, a.commit_id, t.identity
FROM authored AS a
CROSS JOIN trailers AS t ON t.commit_id = a.commit_id
WHERE a.window BETWEEN ?1 AND ?2 AND NOT t.negative AND t.identity IS NOT NULL
  AND t.kind IN ('Reviewed-by', 'Acked-by') AND (?3 OR t.written IS NULL)
ORDER BY a.window, a.commit_id, t.position;

-- name: reviews_committers
SELECT id, author = committer, committer_time FROM commits
WHERE repository = ?1 AND parent_count < 2;

-- name: deeds_lines
-- Of every commit that is no merge; kind 1: Reviewed-by, 2: Acked-by.
SELECT t.commit_id, t.identity, 1 + (t.kind = 'Acked-by')
FROM commits AS k
CROSS JOIN trailers AS t ON t.commit_id = k.id
WHERE k.repository = ?1 AND k.parent_count < 2 AND NOT t.negative AND t.identity IS NOT NULL
  AND t.kind IN ('Reviewed-by', 'Acked-by') AND t.written IS NULL
ORDER BY t.commit_id, t.position;

-- name: newcomers_lines
-- Approvals in the windows ?1 to ?2, with the author of the commit they are of.
SELECT a.window, a.person, a.author_time, t.identity
FROM authored AS a
CROSS JOIN trailers AS t ON t.commit_id = a.commit_id
WHERE a.window BETWEEN ?1 AND ?2 AND NOT t.negative AND t.identity IS NOT NULL
  AND t.kind IN ('Reviewed-by', 'Acked-by') AND t.written IS NULL
ORDER BY a.window;

-- name: countries_commits
SELECT window, commit_id, person FROM authored WHERE window BETWEEN ?1 AND ?2;
