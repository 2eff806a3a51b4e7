DROP FUNCTION raw_usage_begins();
DROP INDEX dead_letters_by_sequence;
ALTER TABLE dead_letters DROP COLUMN sequence, DROP COLUMN source;
DROP TABLE usage_sources;
