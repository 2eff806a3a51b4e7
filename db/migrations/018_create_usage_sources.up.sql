-- What has arrived of each source's sequence, counted in the same transaction as the rows themselves: that nothing is
-- missing can be said without looking at them, and after retention has dropped them.
-- The usage-processors have to be stopped meanwhile: what an older one stores afterwards is not counted here.
LOCK TABLE usage_events IN SHARE MODE;

CREATE TABLE usage_sources (
    source             text        PRIMARY KEY,
    -- Times of its events, by its own clock. Null while only heartbeats have come.
    first_seen_at      timestamptz,
    last_seen_at       timestamptz,
    highest_sequence   bigint      NOT NULL DEFAULT 0,
    -- Rows that were really inserted into usage_events, and what their sequences add up to: n rows from 1 to n add up
    -- to n (n + 1) / 2, so a hole cannot hide behind a sequence that was given twice.
    stored             bigint      NOT NULL DEFAULT 0,
    sequence_sum       numeric(40) NOT NULL DEFAULT 0,
    -- Copies that were refused.
    duplicates         bigint      NOT NULL DEFAULT 0,
    -- The highest sequence that a heartbeat has told of, the newest heartbeat's time by the source's clock, and since when
    -- by ours that sequence is known. Null while no heartbeat has come.
    announced_sequence bigint,
    announced_at       timestamptz,
    announced_since    timestamptz,
    -- The time of its last heartbeat: it has stopped, and all that it minted was delivered before.
    ended_at           timestamptz
)
-- A gateway's row is updated with every batch: room on its page keeps those updates out of the index.
WITH (fillfactor = 50);

-- Where they can be read: a sequence that is here is not lost.
ALTER TABLE dead_letters ADD COLUMN source text, ADD COLUMN sequence bigint;
CREATE INDEX dead_letters_by_sequence ON dead_letters (source, sequence) WHERE source IS NOT NULL;

-- The first rows of a source may have been dropped after 90 days. Its counts begin as if they were still there.
INSERT INTO usage_sources (source, first_seen_at, last_seen_at, highest_sequence, stored, sequence_sum)
SELECT source, first_seen_at, last_seen_at, highest_sequence,
       stored + dropped, sequence_sum + dropped::numeric * (dropped + 1) / 2
FROM (
    SELECT source, min(occurred_at) AS first_seen_at, max(occurred_at) AS last_seen_at, max(sequence) AS highest_sequence,
           count(*) AS stored, sum(sequence) AS sequence_sum,
           CASE WHEN min(occurred_at) < now() - interval '89 days' THEN min(sequence) - 1 ELSE 0 END AS dropped
    FROM usage_events
    GROUP BY source
) AS kept;

DO $migration$
DECLARE
    letter record;
    content jsonb;
BEGIN
    FOR letter IN SELECT topic, partition, message_offset, message_value FROM dead_letters LOOP
        BEGIN
            content := convert_from(letter.message_value, 'UTF8')::jsonb;
            IF jsonb_typeof(content -> 'source') = 'string' AND content ->> 'sequence' ~ '^[0-9]{1,19}$'
                AND length(content ->> 'source') BETWEEN 1 AND 200 AND (content ->> 'sequence')::bigint > 0
            THEN
                UPDATE dead_letters SET source = content ->> 'source', sequence = (content ->> 'sequence')::bigint
                WHERE topic = letter.topic AND partition = letter.partition AND message_offset = letter.message_offset;
            END IF;
        EXCEPTION WHEN data_exception THEN
            -- Neither can be read.
        END;
    END LOOP;
END
$migration$;

-- From when on every raw row has to be there still; what is before may have been dropped by retention, which cuts at whole
-- hours. An event that is later than that is stored all the same: where a policy drops rows, it says more than the oldest row.
CREATE FUNCTION raw_usage_begins() RETURNS timestamptz
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
