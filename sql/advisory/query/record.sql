-- Advisories, their dates and policies.

-- name: record_advisories
-- scan: all of them are wanted
SELECT id, number, state FROM advisories ORDER BY id;

-- name: record_find
SELECT id, number, state FROM advisories WHERE number = ?1;

-- name: record_dates
SELECT event, time FROM dates WHERE advisory = ?1;

-- name: record_policies
SELECT policy FROM bindings WHERE advisory = ?1 ORDER BY policy;

-- name: record_make
INSERT INTO advisories (number, made_at) VALUES (?1, ?2);

-- name: record_set_date
INSERT INTO dates (advisory, event, time) VALUES (?1, ?2, ?3)
ON CONFLICT (advisory, event) DO UPDATE SET time = excluded.time;

-- name: record_drop_date
DELETE FROM dates WHERE advisory = ?1 AND event = ?2;

-- name: record_bind
INSERT INTO bindings (advisory, policy) VALUES (?1, ?2) ON CONFLICT DO NOTHING;
