-- What a message was made of besides the frozen bytes: the SHA-256 of its subjects, words, sender and
-- recipients as they were. What would be made otherwise today is not sent. NULL: nobody noted it.
ALTER TABLE outbox ADD COLUMN made_of BLOB CHECK (made_of IS NULL OR length(made_of) = 32);
DROP TRIGGER outbox_message_stays;
CREATE TRIGGER outbox_message_stays
BEFORE UPDATE OF kind, advisory, version, member, recipient, delivery, fingerprint, message_id,
                 digest, bytes, queued_at, made_of ON outbox
BEGIN SELECT RAISE(ABORT, 'a message never changes'); END;
