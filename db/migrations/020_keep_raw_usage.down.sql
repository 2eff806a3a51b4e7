DROP FUNCTION keep_raw_usage(integer);
DROP FUNCTION hold_raw_usage();

CREATE OR REPLACE FUNCTION raw_usage_begins() RETURNS timestamptz
    LANGUAGE plpgsql STABLE AS $function$
DECLARE
    kept_for interval;
BEGIN
    IF to_regclass('timescaledb_information.jobs') IS NULL THEN
        RETURN (
            SELECT least(date_trunc('hour', min(occurred_at), 'UTC'), date_trunc('day', now() - interval '90 days', 'UTC') + interval '1 day')
            FROM usage_events);
    END IF;

    EXECUTE $$
        SELECT min((config ->> 'drop_after')::interval) FROM timescaledb_information.jobs
        WHERE proc_name = 'policy_retention' AND hypertable_name = 'usage_events'
    $$ INTO kept_for;
    RETURN coalesce(date_trunc('day', now() - kept_for, 'UTC') + interval '1 day', '-infinity');
END
$function$;

DROP FUNCTION first_day_of_raw_usage(interval);
DROP TABLE usage_retention;
