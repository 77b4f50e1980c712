-- Which commits claim to fix advisories.

-- name: fixes_claims
-- scan: all claims of a history, a few thousand
SELECT c.id, m.advisory, lower(hex(c.hash)), c.subject, c.committer_time
FROM mentions AS m CROSS JOIN commits AS c ON c.id = m.commit_id
WHERE c.repository = ?1 AND m.claim IN ('fix', 'part')
ORDER BY m.commit_id;
