-- Advisories are published as a text, and their patches may come later, in the mail. A file may join a
-- version that was imported when its bytes are what the signed sums of that version say of its name;
-- nothing else ever joins a frozen version.
DROP TRIGGER patches_insert;
CREATE TRIGGER patches_insert BEFORE INSERT ON patches
WHEN EXISTS (SELECT 1 FROM versions WHERE id = new.version AND frozen_at IS NOT NULL
        AND (origin <> 'imported' OR NOT EXISTS (
            SELECT 1 FROM sections AS s
            JOIN blocks AS b ON b.section = s.id
            JOIN sums AS u ON u.block = b.id
            JOIN contents AS c ON c.id = new.content AND c.sha256 = u.sha256
            WHERE s.version = new.version AND u.name = CAST(new.name AS BLOB))))
BEGIN SELECT RAISE(ABORT, 'the version is frozen'); END;
