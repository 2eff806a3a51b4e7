DROP FUNCTION daily_usage(uuid, timestamptz, timestamptz, text);
DROP FUNCTION top_consumers(timestamptz, timestamptz, integer);
DROP FUNCTION billable_usage_by_route(uuid, timestamptz, timestamptz);
DROP FUNCTION billable_usage_by_key(uuid, timestamptz, timestamptz);
DROP FUNCTION require_billable_period(timestamptz, timestamptz);
