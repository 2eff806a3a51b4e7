-- How long the raw rows of usage_events are kept, and from when on all of them are there. What is dropped is older than that,
-- and an event that is older than that is refused: without its row nobody can tell whether it was counted already.
-- The usage-processors have to be stopped meanwhile: an older one would store such events.
LOCK TABLE usage_events IN SHARE MODE;

CREATE TABLE usage_retention (
    only_row       boolean     PRIMARY KEY DEFAULT true CHECK (only_row),
    -- Null: for ever.
    kept_for       interval,
    -- Rows before it may be gone, whatever is to be kept from now on. It never goes back.
    kept_from      timestamptz NOT NULL,
    -- Rows before it are gone, on plain PostgreSQL.
    dropped_before timestamptz NOT NULL DEFAULT '-infinity'
);

-- Where the ledger knows hours from before the oldest row, rows have been dropped already.
INSERT INTO usage_retention (kept_for, kept_from)
SELECT interval '90 days',
       CASE
           WHEN ledger.first_hour IS NULL OR raw.first_hour <= ledger.first_hour THEN '-infinity'
           ELSE coalesce(raw.first_hour, ledger.last_hour + interval '1 hour')
       END
FROM (SELECT date_trunc('hour', min(occurred_at), 'UTC') AS first_hour FROM usage_events) AS raw,
     (SELECT min(hour) AS first_hour, max(hour) AS last_hour FROM usage_ledger) AS ledger;

DO $migration$
BEGIN
    IF to_regclass('timescaledb_information.jobs') IS NOT NULL THEN
        UPDATE usage_retention SET kept_for = (
            SELECT min((config ->> 'drop_after')::interval) FROM timescaledb_information.jobs
            WHERE proc_name = 'policy_retention' AND hypertable_name = 'usage_events');
    END IF;
END
$migration$;

-- The first whole day (UTC) that is kept, null for ever. A chunk of TimescaleDB is dropped when all of it is older than
-- kept_for, so the first that can be dropped is the day before, and this day a day later at the earliest.
CREATE FUNCTION first_day_of_raw_usage(kept_for interval) RETURNS timestamptz
    LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT date_trunc('day', now() - kept_for, 'UTC') + interval '1 day'
$$;

-- From when on every raw row has to be there still.
CREATE OR REPLACE FUNCTION raw_usage_begins() RETURNS timestamptz
    LANGUAGE sql STABLE AS $$
    SELECT greatest(kept_from, first_day_of_raw_usage(kept_for)) FROM usage_retention
$$;

-- The same for a transaction that stores events: until it ends, nobody moves the beginning by more than the clock does.
-- Each statement in here looks for itself at what is committed, so what was moved before the lock was there is seen.
CREATE FUNCTION hold_raw_usage() RETURNS timestamptz
    LANGUAGE plpgsql VOLATILE AS $function$
DECLARE
    begins timestamptz;
BEGIN
    PERFORM pg_advisory_xact_lock_shared(20260020);
    begins := raw_usage_begins();
    IF begins IS NULL THEN
        RAISE 'the row of usage_retention is missing';
    END IF;
    RETURN begins;
END
$function$;

-- Keeps raw rows for so many days, 0 for ever; answers from when on they are kept. To be called again and again: with
-- TimescaleDB it makes its policies say the same, on plain PostgreSQL it allows rows before kept_from to be deleted.
-- Fails with lock_not_available where a transaction that stores events does not end within 2 s.
CREATE FUNCTION keep_raw_usage(days integer) RETURNS timestamptz
    LANGUAGE plpgsql VOLATILE AS $function$
DECLARE
    wanted    interval := make_interval(days => nullif(days, 0));
    refreshed interval;
    refresh   record;
    retention record;
BEGIN
    IF days IS NULL OR days <> 0 AND days NOT BETWEEN 3 AND 36500 THEN
        RAISE invalid_parameter_value USING MESSAGE = 'raw usage is kept for 3 to 36500 days, or 0 for ever';
    END IF;

    IF NOT EXISTS (SELECT FROM usage_retention WHERE kept_for IS NOT DISTINCT FROM wanted AND kept_from = raw_usage_begins()) THEN
        -- Whoever stores by an earlier beginning ends before this moves it, and so before anything is dropped because of it.
        PERFORM set_config('lock_timeout', '2s', true);
        PERFORM pg_advisory_xact_lock(20260020);
        UPDATE usage_retention SET kept_from = greatest(raw_usage_begins(), first_day_of_raw_usage(wanted)), kept_for = wanted;
    END IF;

    IF to_regclass('timescaledb_information.jobs') IS NULL THEN
        RETURN raw_usage_begins();
    END IF;
    IF NOT EXISTS (
        SELECT FROM timescaledb_information.hypertables
        WHERE hypertable_name = 'usage_events' AND hypertable_schema = current_schema())
    THEN
        RETURN raw_usage_begins();
    END IF;

    -- A refresh deletes what it finds no raw data for: the hours' refresh has to begin after the raw rows do, by 10 days
    -- where there are enough of them. Kept for ever: what it reaches now is behind the beginning for all time.
    IF days > 0 THEN
        refreshed := make_interval(days => least(
            CASE WHEN days >= 20 THEN days - 10 ELSE days / 2 END,
            greatest(extract(day FROM now() - raw_usage_begins())::integer - 1, 1)));
        FOR refresh IN
            SELECT jobs.job_id, jobs.config
            FROM timescaledb_information.jobs AS jobs
            JOIN timescaledb_information.continuous_aggregates AS rollup
                ON rollup.materialization_hypertable_name = format('_materialized_hypertable_%s', jobs.config ->> 'mat_hypertable_id')
            WHERE jobs.proc_name = 'policy_refresh_continuous_aggregate'
                AND rollup.view_name = 'usage_hourly' AND rollup.view_schema = current_schema()
                AND (jobs.config ->> 'start_offset')::interval IS DISTINCT FROM refreshed
        LOOP
            PERFORM alter_job(refresh.job_id, config => jsonb_set(refresh.config, '{start_offset}', to_jsonb(refreshed)));
        END LOOP;
    END IF;

    SELECT jobs.job_id, jobs.config INTO retention
    FROM timescaledb_information.jobs AS jobs
    WHERE jobs.proc_name = 'policy_retention' AND jobs.hypertable_name = 'usage_events' AND jobs.hypertable_schema = current_schema();
    CASE
        WHEN FOUND AND wanted IS NULL THEN
            PERFORM remove_retention_policy('usage_events');
        WHEN FOUND AND (retention.config ->> 'drop_after')::interval IS DISTINCT FROM wanted THEN
            PERFORM alter_job(retention.job_id, config => jsonb_set(retention.config, '{drop_after}', to_jsonb(wanted)));
        WHEN NOT FOUND AND wanted IS NOT NULL THEN
            PERFORM add_retention_policy('usage_events', drop_after => wanted);
        ELSE
            NULL;
    END CASE;
    RETURN raw_usage_begins();
END
$function$;
