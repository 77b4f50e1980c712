-- Identities and what they did.

-- name: people_identities
-- scan: every identity is a part of some person
SELECT id, name, address FROM identities ORDER BY id;

-- name: people_mailmaps
-- scan: a home has a handful of repositories
SELECT mailmap FROM repositories WHERE mailmap IS NOT NULL ORDER BY id;

-- name: people_commits
-- scan: all commits are counted by their author
SELECT author, parent_count, author_time FROM commits;

-- name: people_own_signatures
-- scan: Signed-off-by lines of every commit beside its author
SELECT commits.author, trailers.identity, count(DISTINCT commits.id)
FROM trailers JOIN commits ON commits.id = trailers.commit_id
WHERE trailers.kind = 'Signed-off-by' AND trailers.identity <> commits.author
GROUP BY commits.author, trailers.identity;
