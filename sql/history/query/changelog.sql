-- The commits of a range, one by one.

-- name: changelog_commit
SELECT lower(hex(c.hash)), c.subject, i.name, i.address, c.committer_time
FROM commits AS c JOIN identities AS i ON i.id = c.author
WHERE c.id = ?1;

-- name: changelog_alike
-- The digits that tell a commit from its neighbours in the order of ids, which begin most like it.
SELECT (SELECT max(hash) FROM commits WHERE repository = c.repository AND hash < c.hash),
       c.hash,
       (SELECT min(hash) FROM commits WHERE repository = c.repository AND hash > c.hash)
FROM commits AS c WHERE c.id = ?1;

-- name: changelog_advisories
SELECT advisory FROM mentions
WHERE commit_id = ?1 AND claim IN ('fix', 'part')
ORDER BY length(advisory), advisory;

-- name: changelog_security
-- How many commits of a window claim to fix an advisory, or a part of it.
SELECT count(DISTINCT s.commit_id) FROM selected AS s
CROSS JOIN mentions AS m ON m.commit_id = s.commit_id
WHERE s.window = ?1 AND m.claim IN ('fix', 'part');
