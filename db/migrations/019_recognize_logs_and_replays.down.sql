ALTER TABLE dead_letters DROP COLUMN refused_again_at, DROP COLUMN refused_again, DROP COLUMN replayed_at;
ALTER TABLE consumer_offsets DROP COLUMN fingerprint_offset, DROP COLUMN fingerprint;
