-- What fixes an advisory, and where its code is.

-- name: resolve_commit
SELECT lower(hex(hash)), subject, committer_time FROM commits WHERE id = ?1;

-- name: resolve_mentions
-- scan: all that name any advisory, a few thousand; the key begins with the commit
SELECT commit_id, claim FROM mentions WHERE advisory = ?1 ORDER BY commit_id;

-- name: resolve_origins
SELECT hex FROM origins WHERE commit_id = ?1 AND kind <> 'hg-changeset' ORDER BY position;

-- name: resolve_paths
-- The files of a commit that were there before.
SELECT path FROM changes WHERE commit_id = ?1 AND status <> 'A' ORDER BY path;

-- name: resolve_renames
-- scan: a few thousand; read once
SELECT path, old_path FROM renames;

-- name: resolve_files
-- When files came and went; in order of the key, so that parents come before children.
-- scan: no index by status; read once
SELECT commit_id, path, status = 'A' FROM changes WHERE status IN ('A', 'D') ORDER BY commit_id;
