DROP FUNCTION billable_usage(uuid, timestamptz, timestamptz);
