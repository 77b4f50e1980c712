-- What commits are: what makeup.h sorts them by.

-- name: makeup_security
-- scan: all advisories that messages name, some thousand
SELECT DISTINCT commit_id FROM mentions WHERE claim IN ('fix', 'part');

-- name: makeup_reverts
-- scan: in the order of the table, once
SELECT id FROM commits WHERE +repository = ?1 AND subject GLOB 'Revert "?*"';

-- name: makeup_origins
-- scan: all origin lines of a history
SELECT commit_id, hex, kind FROM origins ORDER BY commit_id, position;

-- name: makeup_commits
-- The commits of the windows ?1 to ?2.
SELECT window, commit_id FROM authored WHERE window BETWEEN ?1 AND ?2;
