-- The commit graph of one repository.

-- name: graph_span
-- How many commits there are, the first and the last of them.
-- scan: the first and the last row of the table, in a home with one repository
SELECT count(*),
       coalesce((SELECT id FROM commits WHERE +repository = ?1 ORDER BY id LIMIT 1), 0),
       coalesce((SELECT id FROM commits WHERE +repository = ?1 ORDER BY id DESC LIMIT 1), 0)
FROM commits WHERE repository = ?1;

-- name: graph_commits
-- The unique index holds all that is asked for; the caller sorts.
SELECT id FROM commits WHERE repository = ?1;

-- name: graph_parents
-- scan: the whole table is the graph; it is read once, in order of its key
SELECT commit_id, parent_id FROM parents ORDER BY commit_id, position;
