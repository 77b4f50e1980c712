-- The hash chain.

-- name: ledger_head
SELECT id, hash FROM ledger WHERE id = (SELECT max(id) FROM ledger);

-- name: ledger_newest
-- scan: every row may hold the latest time, since clocks can run backwards
SELECT max(at), count(*) FROM ledger;

-- name: ledger_add
INSERT INTO ledger (id, at, who, advisory, version, name, digest, audience, verdict, rule, reason, hash)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12);

-- name: ledger_rows
-- scan: all of it is read
SELECT id, at, who, advisory, version, name, digest, audience, verdict, rule, reason, hash
FROM ledger ORDER BY id;

-- name: ledger_count_ever
-- scan: one row for each table that counts
SELECT seq FROM sqlite_sequence WHERE name = 'ledger';
