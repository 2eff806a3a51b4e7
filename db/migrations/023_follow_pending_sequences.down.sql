ALTER TABLE usage_sources DROP COLUMN unanswered, DROP COLUMN released_at, DROP COLUMN released, DROP COLUMN pending;
