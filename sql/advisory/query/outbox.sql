-- Messages on their way out.

-- name: outbox_add
INSERT INTO outbox (kind, advisory, version, member, recipient, delivery, fingerprint, message_id,
                    digest, bytes, queued_at, made_of)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)
ON CONFLICT (kind, advisory, version, recipient) DO NOTHING;

-- name: outbox_recover
UPDATE outbox SET state = 'unknown', settled_at = ?1 WHERE state = 'sending';

-- name: outbox_list
-- scan: the whole outbox, or an advisory's share of it, which is most of it
SELECT o.id, o.kind, o.advisory, o.version, a.number, o.member, coalesce(m.name, o.recipient),
       o.recipient, o.delivery, o.fingerprint, o.message_id, o.queued_at, o.state, o.tries,
       o.next_at, o.code, o.reply, o.settled_at, o.made_of
FROM outbox AS o
CROSS JOIN advisories AS a ON a.id = o.advisory
LEFT JOIN members AS m ON m.id = o.member
WHERE ?1 IS NULL OR a.number = ?1
ORDER BY o.id;

-- name: outbox_read
SELECT o.id, o.kind, o.advisory, o.version, a.number, o.member, coalesce(m.name, o.recipient),
       o.recipient, o.delivery, o.fingerprint, o.message_id, o.queued_at, o.state, o.tries,
       o.next_at, o.code, o.reply, o.settled_at, o.made_of, o.digest, o.bytes
FROM outbox AS o
CROSS JOIN advisories AS a ON a.id = o.advisory
LEFT JOIN members AS m ON m.id = o.member
WHERE o.id = ?1;

-- name: outbox_find
SELECT o.id, o.kind, o.advisory, o.version, a.number, o.member, coalesce(m.name, o.recipient),
       o.recipient, o.delivery, o.fingerprint, o.message_id, o.queued_at, o.state, o.tries,
       o.next_at, o.code, o.reply, o.settled_at, o.made_of
FROM outbox AS o
CROSS JOIN advisories AS a ON a.id = o.advisory
LEFT JOIN members AS m ON m.id = o.member
WHERE o.message_id = ?1;

-- name: outbox_hasten
PRAGMA journal_mode = WAL;

-- name: outbox_start
UPDATE outbox SET state = 'sending', tries = tries + 1, next_at = NULL, settled_at = ?2
WHERE id = ?1 AND state = 'queued';

-- name: outbox_settle
UPDATE outbox SET state = ?2, settled_at = ?3, next_at = ?4, code = ?5, reply = ?6 WHERE id = ?1;

-- name: outbox_drop
DELETE FROM outbox WHERE id = ?1 AND state = 'queued' AND tries = 0;
