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

-- name: record_set_state
UPDATE advisories SET state = ?2 WHERE id = ?1;

-- name: record_cves
SELECT cve FROM cves WHERE advisory = ?1 ORDER BY position;

-- name: record_drop_cves
DELETE FROM cves WHERE advisory = ?1;

-- name: record_add_cve
INSERT INTO cves (advisory, position, cve) VALUES (?1, ?2, ?3) ON CONFLICT DO NOTHING;

-- name: record_drop_credits
DELETE FROM credits WHERE advisory = ?1;

-- name: record_add_credit
INSERT INTO credits (advisory, position, person) VALUES (?1, ?2, ?3);

-- name: record_withdraw
UPDATE advisories SET state = 'withdrawn', withdrawn_version = ?2 WHERE id = ?1;

-- name: record_credits
SELECT person FROM credits WHERE advisory = ?1 ORDER BY position;

-- name: record_companions
SELECT number FROM companions WHERE advisory = ?1 ORDER BY position;

-- name: record_drop_companions
DELETE FROM companions WHERE advisory = ?1;

-- name: record_add_companion
INSERT INTO companions (advisory, position, number) VALUES (?1, ?2, ?3);

-- name: record_add_waiver
INSERT INTO waivers (advisory, finding, reason, who, at) VALUES (?1, ?2, ?3, ?4, ?5)
ON CONFLICT (advisory, finding)
DO UPDATE SET reason = excluded.reason, who = excluded.who, at = excluded.at;

-- name: record_waivers
SELECT finding, reason FROM waivers WHERE advisory = ?1 ORDER BY finding;

-- name: record_drop_bindings
DELETE FROM bindings WHERE advisory = ?1;

-- name: record_add_event
INSERT INTO events (advisory, at, who, what, detail) VALUES (?1, ?2, ?3, ?4, ?5);

-- name: record_events
SELECT at, who, what, detail FROM events WHERE advisory = ?1 ORDER BY id;
