-- Tags, for their signatures.

-- name: seals_tag
SELECT target FROM refs WHERE repository = ?1 AND kind = 'tag' AND name = ?2;

-- name: seals_names
SELECT name FROM refs WHERE repository = ?1 AND kind = 'tag' ORDER BY name;
