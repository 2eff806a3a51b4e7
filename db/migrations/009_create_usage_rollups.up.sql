-- Hourly, daily and monthly totals for charts, in UTC, under the same names everywhere: continuous aggregates over
-- the raw events where TimescaleDB is loaded, views over the ledger on plain PostgreSQL.
DO $$
DECLARE
    has_timescaledb boolean :=
        EXISTS (SELECT FROM pg_available_extensions WHERE name = 'timescaledb')
        AND current_setting('shared_preload_libraries') LIKE '%timescaledb%';
    rollup record;
BEGIN
    IF has_timescaledb THEN
        CREATE EXTENSION IF NOT EXISTS timescaledb;
        PERFORM create_hypertable('usage_events', 'occurred_at', chunk_time_interval => interval '1 day', migrate_data => true);
    END IF;

    FOR rollup IN SELECT * FROM (VALUES
        ('usage_hourly', 'hour', interval '1 hour'),
        ('usage_daily', 'day', interval '1 day'),
        ('usage_monthly', 'month', interval '1 month')) AS rollups (name, unit, width)
    LOOP
        IF has_timescaledb THEN
            EXECUTE format($view$
                CREATE MATERIALIZED VIEW %I WITH (timescaledb.continuous, timescaledb.materialized_only = false) AS
                SELECT organization_id, api_key_id, route,
                       time_bucket(%L::interval, occurred_at, 'UTC') AS bucket,
                       count(*) AS requests,
                       count(*) FILTER (WHERE billable) AS billable_requests,
                       coalesce(sum(units) FILTER (WHERE billable), 0)::bigint AS billable_units,
                       sum(request_bytes)::bigint AS request_bytes,
                       sum(response_bytes)::bigint AS response_bytes
                FROM usage_events
                GROUP BY organization_id, api_key_id, route, bucket
                WITH NO DATA $view$, rollup.name, rollup.width);
        ELSE
            EXECUTE format($view$
                CREATE VIEW %I AS
                SELECT organization_id, api_key_id, route,
                       date_trunc(%L, hour, 'UTC') AS bucket,
                       sum(requests)::bigint AS requests,
                       sum(billable_requests)::bigint AS billable_requests,
                       sum(billable_units)::bigint AS billable_units,
                       sum(request_bytes)::bigint AS request_bytes,
                       sum(response_bytes)::bigint AS response_bytes
                FROM usage_ledger
                GROUP BY organization_id, api_key_id, route, bucket $view$, rollup.name, rollup.unit);
        END IF;
    END LOOP;
END
$$;
