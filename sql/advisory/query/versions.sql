-- Versions, their seals and their files.

-- name: versions_of
SELECT id, version, audience, origin, made_at, frozen_at, signed, signed_sha256, plain_sha256,
    armour, signer, signature_digest, signature_at
FROM versions WHERE advisory = ?1 ORDER BY version;

-- name: versions_add
INSERT INTO versions (advisory, version, audience, origin, made_at) VALUES (?1, ?2, ?3, ?4, ?5);

-- name: versions_seal
UPDATE versions SET signed = ?2, signed_sha256 = ?3, plain_sha256 = ?4, armour = ?5, signer = ?6,
    signature_digest = ?7, signature_at = ?8, frozen_at = ?9
WHERE id = ?1;

-- name: versions_content
SELECT id FROM contents WHERE sha256 = ?1;

-- name: versions_add_content
INSERT INTO contents (sha256, bytes) VALUES (?1, ?2);

-- name: versions_add_patch
INSERT INTO patches (version, position, name, content) VALUES (?1, ?2, ?3, ?4);

-- name: versions_patches
SELECT p.name, c.bytes, c.sha256
FROM patches AS p JOIN contents AS c ON c.id = p.content
WHERE p.version = ?1 ORDER BY p.position;
