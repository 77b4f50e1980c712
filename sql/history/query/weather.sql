-- What a weather report looks at commit by commit.

-- name: weather_commits
SELECT window, commit_id, person, employer FROM authored WHERE window BETWEEN ?1 AND ?2;

-- name: weather_touches
-- scan: which commit changes which path, in order of the commits
SELECT commit_id, path FROM changes;

-- name: weather_monsters
-- The commits of window ?1 that are monsters: hash, day, subject.
SELECT lower(hex(c.hash)), c.subject
FROM monstrous AS m
CROSS JOIN commits AS c ON c.id = m.commit_id
WHERE EXISTS (SELECT 1 FROM authored AS s WHERE s.window = ?1 AND s.commit_id = m.commit_id)
ORDER BY m.commit_id;
