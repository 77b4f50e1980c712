-- What commits are worth, one row a commit, for searching through all of them in memory.

-- name: tally_lines
-- scan: every commit's lines, in order of the key
SELECT commit_id, sum(added), sum(deleted) FROM changes GROUP BY commit_id;

-- name: tally_renamed
-- By how much they change when renames are detected: the rename rows less what they stand for.
-- scan: every rename
SELECT commit_id, sum(added), sum(deleted) FROM (
    SELECT commit_id, added, deleted FROM renames
    UNION ALL
    SELECT commit_id, -added, -deleted FROM (
        SELECT DISTINCT l.commit_id, l.path, l.added, l.deleted
        FROM renames AS r
        CROSS JOIN changes AS l ON l.commit_id = r.commit_id AND l.path IN (r.path, r.old_path)))
GROUP BY commit_id;

-- name: tally_credits
-- scan: every credit line, in order of the key
SELECT commit_id, sum(kind = 'Reviewed-by'), sum(kind = 'Acked-by'), sum(kind = 'Tested-by'),
       sum(kind = 'Reported-by')
FROM trailers
WHERE NOT negative
GROUP BY commit_id;
