-- The commit graph of one repository.

-- name: graph_commits
-- The unique index holds all that is asked for; the caller sorts.
SELECT id FROM commits WHERE repository = ?1;

-- name: graph_parents
-- scan: the whole table is the graph; it is read once, in order of its key
SELECT commit_id, parent_id FROM parents ORDER BY commit_id, position;
