-- What the gate looks at.

-- name: embargo_version
SELECT v.id, v.audience, v.frozen_at, v.signed_sha256,
    (SELECT time FROM dates WHERE advisory = a.id AND event = 'predisclosure'),
    (SELECT time FROM dates WHERE advisory = a.id AND event = 'public'),
    a.withdrawn_version, v.origin
FROM advisories AS a JOIN versions AS v ON v.advisory = a.id
WHERE a.number = ?1 AND v.version = ?2;

-- name: embargo_patch
SELECT c.sha256 FROM patches AS p JOIN contents AS c ON c.id = p.content
WHERE p.version = ?1 AND p.name = ?2;
