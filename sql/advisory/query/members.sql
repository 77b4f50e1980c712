-- The predisclosure list.

-- name: members_all
-- scan: all of them are wanted
SELECT id, name, address, delivery, fingerprint, ships, qualifies, state
FROM members ORDER BY folded;

-- name: members_words
SELECT word FROM member_words WHERE member = ?1 AND kind = ?2 ORDER BY position;

-- name: members_by_name
SELECT id FROM members WHERE folded = ?1;

-- name: members_by_address
SELECT id FROM members WHERE folded_address = ?1;

-- name: members_add
INSERT INTO members (name, folded, address, folded_address, delivery, fingerprint, ships, qualifies,
                     state)
VALUES (?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10);

-- name: members_edit
UPDATE members SET name = ?2, folded = ?3, address = ?4, folded_address = ?5, delivery = ?6,
                   fingerprint = ?7, ships = ?8, qualifies = ?9
WHERE id = ?1;

-- name: members_set_state
UPDATE members SET state = ?2 WHERE id = ?1;

-- name: members_drop_words
DELETE FROM member_words WHERE member = ?1;

-- name: members_add_word
INSERT INTO member_words (member, kind, position, word) VALUES (?1, ?2, ?3, ?4);

-- name: members_add_event
INSERT INTO member_events (member, at, who, what, detail) VALUES (?1, ?2, ?3, ?4, ?5);

-- name: members_events
SELECT e.at, m.name, e.who, e.what, e.detail
FROM member_events AS e CROSS JOIN members AS m ON m.id = e.member
WHERE e.member = ?1 ORDER BY e.id;

-- name: members_events_of_all
-- scan: the history of the whole list
SELECT e.at, m.name, e.who, e.what, e.detail
FROM member_events AS e CROSS JOIN members AS m ON m.id = e.member
ORDER BY e.id;
