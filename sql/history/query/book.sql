-- What all readings of one repository share.

-- name: book_repository
SELECT id, coalesce(main_branch, ''), coalesce(mined_at, 0), selection
FROM repositories WHERE name = ?1;

-- name: book_refs
SELECT kind, name, commit_id FROM refs
WHERE repository = ?1 AND commit_id IS NOT NULL
ORDER BY kind, name;

-- name: book_commits
-- scan: who wrote which commit when; in the order of the table a third of the time of the index
SELECT id, author, author_time, committer_time, parent_count FROM commits
WHERE +repository = ?1;

-- name: book_identities
-- scan: a few thousand rows, asked for by number ever after
SELECT id, address FROM identities;

-- name: book_hash
-- Commits whose id lies between two: those that begin with the same digits.
SELECT id FROM commits WHERE repository = ?1 AND hash BETWEEN ?2 AND ?3 LIMIT 2;

-- name: book_commit_hash
SELECT hash FROM commits WHERE id = ?1;

-- name: book_problems
SELECT count(DISTINCT object) FROM problems WHERE repository = ?1;
