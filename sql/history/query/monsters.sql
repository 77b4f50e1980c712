-- Commits that add or drop a whole tree.

-- name: monsters_candidates
-- scan: the lines of every commit, in order of the key
SELECT commit_id FROM changes GROUP BY commit_id HAVING sum(added + deleted) >= ?1;

-- name: monsters_of_windows
-- The same among the commits of the windows ?2 to ?3.
SELECT DISTINCT s.commit_id FROM authored AS s
WHERE s.window BETWEEN ?2 AND ?3
  AND ?1 <= (SELECT sum(added + deleted) FROM changes WHERE commit_id = s.commit_id)
ORDER BY s.commit_id;

-- name: monsters_measure
-- The lines of a commit with renames detected and without; and of them those of files that came or
-- went whole, which a renamed file did not.
SELECT coalesce(sum(added), 0), coalesce(sum(deleted), 0), coalesce(sum(plain_added), 0),
       coalesce(sum(plain_deleted), 0), coalesce(sum(whole * (added + deleted)), 0),
       coalesce(sum(whole), 0)
FROM (SELECT iif(r.renamed, 0, l.added) AS added, iif(r.renamed, 0, l.deleted) AS deleted,
             l.added AS plain_added, l.deleted AS plain_deleted,
             NOT r.renamed AND l.status IN ('A', 'D') AND l.content = 'text' AS whole
      FROM changes AS l
      CROSS JOIN (SELECT x.path, EXISTS (SELECT 1 FROM renames AS n
                                         WHERE n.commit_id = x.commit_id
                                           AND x.path IN (n.path, n.old_path)) AS renamed
                  FROM changes AS x WHERE x.commit_id = ?1) AS r ON r.path = l.path
      WHERE l.commit_id = ?1
      UNION ALL
      SELECT added, deleted, 0, 0, 0 FROM renames WHERE commit_id = ?1);

-- name: monsters_commit
SELECT lower(hex(hash)), committer_time, subject FROM commits WHERE id = ?1;
