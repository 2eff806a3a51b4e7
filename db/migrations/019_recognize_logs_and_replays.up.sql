-- What the last stored message of a partition was, so that a log that was made anew or cut is recognized instead of being
-- read on at an offset that means something else by now. 8 bytes of SHA-256 over key, value and timestamp. It holds for the
-- offset beside it only: whoever sets next_offset by hand is believed.
ALTER TABLE consumer_offsets ADD COLUMN fingerprint bigint, ADD COLUMN fingerprint_offset bigint;

-- When a dead letter was sent again and then stored, how often it was refused again, and when last.
ALTER TABLE dead_letters
    ADD COLUMN replayed_at      timestamptz,
    ADD COLUMN refused_again    integer NOT NULL DEFAULT 0,
    ADD COLUMN refused_again_at timestamptz;
