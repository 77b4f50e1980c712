-- A version's text as rows.

-- name: text_set_head
UPDATE versions SET version_line = ?2, heading_gap = ?3, heading_indent = ?4, version_gap = ?5,
    version_indent = ?6, title_gap = ?7, end_gap = ?8
WHERE id = ?1;

-- name: text_head
SELECT a.number, v.version, v.version_line, v.heading_gap, v.heading_indent, v.version_gap,
    v.version_indent, v.title_gap, v.end_gap
FROM versions AS v JOIN advisories AS a ON a.id = v.advisory
WHERE v.id = ?1;

-- name: text_add_cve
INSERT INTO version_cves (version, position, cve) VALUES (?1, ?2, ?3);

-- name: text_cves
SELECT cve FROM version_cves WHERE version = ?1 ORDER BY position;

-- name: text_add_title
INSERT INTO title_lines (version, position, indent, words) VALUES (?1, ?2, ?3, ?4);

-- name: text_title
SELECT indent, words FROM title_lines WHERE version = ?1 ORDER BY position;

-- name: text_add_section
INSERT INTO sections (version, position, kind, heading, gap, underline)
VALUES (?1, ?2, ?3, ?4, ?5, ?6);

-- name: text_sections
SELECT id, kind, heading, gap, underline FROM sections WHERE version = ?1 ORDER BY position;

-- name: text_add_block
INSERT INTO blocks (section, position, kind, gap, words, wording, open, patch, mitigation)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9);

-- name: text_blocks
SELECT id, kind, gap, words, wording, open, patch, mitigation
FROM blocks WHERE section = ?1 ORDER BY position;

-- name: text_add_row
INSERT INTO table_rows (block, position, kind, gap, name, label_column, label)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7);

-- name: text_rows
SELECT kind, gap, name, label_column, label FROM table_rows WHERE block = ?1 ORDER BY position;

-- name: text_add_sum
INSERT INTO sums (block, position, sha256, name) VALUES (?1, ?2, ?3, ?4);

-- name: text_sums
SELECT sha256, name FROM sums WHERE block = ?1 ORDER BY position;
