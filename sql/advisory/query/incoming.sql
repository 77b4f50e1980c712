-- What came back about messages.

-- name: incoming_add
INSERT INTO outbox_reports (message, source, kind, status, diagnostic, at, who)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
ON CONFLICT (message, source, kind) DO NOTHING;

-- name: incoming_last_of_member
SELECT state FROM outbox WHERE member = ?1 AND state NOT IN ('queued', 'sending')
ORDER BY settled_at DESC, id DESC LIMIT 1;

-- name: incoming_of_member
SELECT o.id FROM outbox AS o CROSS JOIN advisories AS a ON a.id = o.advisory
WHERE o.member = ?1 AND a.number = ?2 AND (?3 = 0 OR o.version = ?3)
ORDER BY o.version DESC, o.id DESC LIMIT 1;
