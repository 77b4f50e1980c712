-- Tags and branches, for the list of releases.

-- name: releases_repository
SELECT name, main_branch FROM repositories WHERE id = ?1;

-- name: releases_tags
SELECT refs.name, refs.commit_id, commits.committer_time, commits.hash <> refs.target,
    refs.tagged_at, refs.signature, refs.signer, refs.digest, lower(hex(commits.hash))
FROM refs LEFT JOIN commits ON commits.id = refs.commit_id
WHERE refs.repository = ?1 AND refs.kind = 'tag'
ORDER BY refs.name;

-- name: releases_branches
SELECT name, commit_id FROM refs
WHERE repository = ?1 AND kind = 'branch' AND commit_id IS NOT NULL
ORDER BY name;

-- name: releases_commit
SELECT lower(hex(hash)) FROM commits WHERE id = ?1;
