-- Hourly, daily and monthly totals for charts, in UTC, with the same names and columns everywhere: continuous
-- aggregates where TimescaleDB is loaded, views over the ledger on plain PostgreSQL. Invoices are drawn from the
-- ledger itself, never from these.
DO $migration$
DECLARE
    has_timescaledb boolean := false;
BEGIN
    IF EXISTS (SELECT FROM pg_available_extensions WHERE name = 'timescaledb')
        AND current_setting('shared_preload_libraries') LIKE '%timescaledb%'
    THEN
        CREATE EXTENSION IF NOT EXISTS timescaledb;
        -- The Apache-licensed build has hypertables and neither continuous aggregates nor compression.
        has_timescaledb := current_setting('timescaledb.license', true) = 'timescale';
    END IF;

    IF NOT has_timescaledb THEN
        -- The ledger's key is organization, key, route and hour, so its rows are the hourly totals already.
        CREATE VIEW usage_hourly AS
            SELECT organization_id, api_key_id, route, hour AS bucket,
                   requests, billable_requests, billable_units, request_bytes, response_bytes
            FROM usage_ledger;

        CREATE VIEW usage_daily AS
            SELECT organization_id, api_key_id, route, date_trunc('day', hour, 'UTC') AS bucket,
                   sum(requests)::bigint AS requests,
                   sum(billable_requests)::bigint AS billable_requests,
                   sum(billable_units)::bigint AS billable_units,
                   sum(request_bytes)::bigint AS request_bytes,
                   sum(response_bytes)::bigint AS response_bytes
            FROM usage_ledger
            GROUP BY organization_id, api_key_id, route, bucket;

        CREATE VIEW usage_monthly AS
            SELECT organization_id, api_key_id, route, date_trunc('month', hour, 'UTC') AS bucket,
                   sum(requests)::bigint AS requests,
                   sum(billable_requests)::bigint AS billable_requests,
                   sum(billable_units)::bigint AS billable_units,
                   sum(request_bytes)::bigint AS request_bytes,
                   sum(response_bytes)::bigint AS response_bytes
            FROM usage_ledger
            GROUP BY organization_id, api_key_id, route, bucket;

        RETURN;
    END IF;

    -- usage_events_by_time (BRIN) does what the default B-tree on the time would, for a hundredth of the writing.
    PERFORM create_hypertable(
        'usage_events', 'occurred_at',
        chunk_time_interval => interval '1 day', create_default_indexes => false, migrate_data => true);

    -- Ordered as the primary key asks for them (ids are UUIDv7, so both go up with time), a late copy of an event is
    -- looked for in few compressed batches.
    ALTER TABLE usage_events SET (
        timescaledb.compress,
        timescaledb.compress_segmentby = 'organization_id',
        timescaledb.compress_orderby = 'occurred_at, event_id');
    PERFORM add_compression_policy('usage_events', compress_after => interval '7 days');
    PERFORM add_retention_policy('usage_events', drop_after => interval '90 days');

    -- time_bucket of a timestamptz is in UTC whatever the session's time zone. Its three-argument form says so too, but
    -- makes buckets of variable width, whose refresh can miss rows (timescaledb#10296) and excludes no chunks (#4825).
    CREATE MATERIALIZED VIEW usage_hourly WITH (timescaledb.continuous, timescaledb.materialized_only = false) AS
        SELECT organization_id, api_key_id, route, time_bucket(interval '1 hour', occurred_at) AS bucket,
               count(*) AS requests,
               count(*) FILTER (WHERE billable) AS billable_requests,
               coalesce(sum(units) FILTER (WHERE billable), 0)::bigint AS billable_units,
               sum(request_bytes)::bigint AS request_bytes,
               sum(response_bytes)::bigint AS response_bytes
        FROM usage_events
        GROUP BY organization_id, api_key_id, route, time_bucket(interval '1 hour', occurred_at)
        WITH NO DATA;

    -- Days and months add hours up, so that the running month is a few hundred rows a key instead of all its requests.
    -- Both stand directly on the hours: in a chain of three the newest part is read from every raw chunk (#10071).
    CREATE MATERIALIZED VIEW usage_daily WITH (timescaledb.continuous, timescaledb.materialized_only = false) AS
        SELECT organization_id, api_key_id, route, time_bucket(interval '1 day', bucket) AS bucket,
               sum(requests)::bigint AS requests,
               sum(billable_requests)::bigint AS billable_requests,
               sum(billable_units)::bigint AS billable_units,
               sum(request_bytes)::bigint AS request_bytes,
               sum(response_bytes)::bigint AS response_bytes
        FROM usage_hourly
        GROUP BY organization_id, api_key_id, route, time_bucket(interval '1 day', bucket)
        WITH NO DATA;

    CREATE MATERIALIZED VIEW usage_monthly WITH (timescaledb.continuous, timescaledb.materialized_only = false) AS
        SELECT organization_id, api_key_id, route, time_bucket(interval '1 month', bucket) AS bucket,
               sum(requests)::bigint AS requests,
               sum(billable_requests)::bigint AS billable_requests,
               sum(billable_units)::bigint AS billable_units,
               sum(request_bytes)::bigint AS request_bytes,
               sum(response_bytes)::bigint AS response_bytes
        FROM usage_hourly
        GROUP BY organization_id, api_key_id, route, time_bucket(interval '1 month', bucket)
        WITH NO DATA;

    -- A refresh deletes what it finds no raw data for, and retention drops raw data after 90 days: hours are refreshed
    -- for 80 days only, and stay as they are from then on. (A refresh by hand must not reach further back either.)
    PERFORM add_continuous_aggregate_policy('usage_hourly',
        start_offset => interval '80 days', end_offset => interval '1 hour', schedule_interval => interval '5 minutes');

    -- Hours are never dropped, so days and months may be refreshed as far back as an event can be late.
    PERFORM add_continuous_aggregate_policy('usage_daily',
        start_offset => interval '1 year', end_offset => interval '1 day', schedule_interval => interval '15 minutes');
    PERFORM add_continuous_aggregate_policy('usage_monthly',
        start_offset => interval '1 year', end_offset => interval '1 day', schedule_interval => interval '1 hour');
END
$migration$;
