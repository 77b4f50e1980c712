-- How far the clocks of committers have come.

-- name: newest_commit
-- scan: once, before something leaves the desk
SELECT committer_time FROM commits ORDER BY committer_time DESC LIMIT 1;
