-- CVE ids and what was asked of the server that gives them.

-- name: cve_ids_all
-- scan: all of them are wanted
SELECT i.cve, a.number, i.state, i.reserved_at, i.sent_at, i.sent
FROM cve_ids i LEFT JOIN advisories a ON a.id = i.advisory ORDER BY i.cve;

-- name: cve_ids_keep
INSERT INTO cve_ids (cve, advisory, state, reserved_at) VALUES (?1, ?2, 'reserved', ?3);

-- name: cve_ids_sent
INSERT INTO cve_ids (cve, advisory, state, sent_at, sent) VALUES (?1, ?2, ?3, ?4, ?5)
ON CONFLICT (cve) DO UPDATE
SET advisory = coalesce(excluded.advisory, advisory), state = excluded.state,
    sent_at = excluded.sent_at, sent = excluded.sent;

-- name: cve_ids_ask
INSERT INTO cve_requests (advisory, kind, at, who, outcome) VALUES (?1, ?2, ?3, ?4, 'asked');

-- name: cve_ids_settle
UPDATE cve_requests SET outcome = ?2 WHERE id = ?1;

-- name: cve_ids_lost
-- When the last reservation without an answer was asked for.
SELECT at FROM cve_requests
WHERE advisory = ?1 AND kind = 'reserve' AND outcome IN ('asked', 'lost')
ORDER BY at DESC LIMIT 1;

-- name: cve_ids_forgive
UPDATE cve_requests SET outcome = 'settled'
WHERE advisory = ?1 AND kind = 'reserve' AND outcome IN ('asked', 'lost');
