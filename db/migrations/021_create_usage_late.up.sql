-- What was recorded long after it happened: exact totals as in usage_ledger, by the hour in which they were recorded as well.
-- Written in the same transaction and kept for as long, so that what an invoice lacks can be told when the raw rows are gone.
--
-- Late is what was recorded an hour or more after the end of its hour. Less would fill this table with every hour's last
-- seconds, which are always recorded in the next; an hour covers a restart or an outage of minutes; and an invoice can
-- be closed an hour after its period's end.
-- The usage-processors have to be stopped meanwhile: what an older one stores late is not counted here.
LOCK TABLE usage_events IN SHARE MODE;

CREATE TABLE usage_late (
    organization_id   uuid        NOT NULL,
    api_key_id        uuid        NOT NULL,
    route             text        NOT NULL,
    hour              timestamptz NOT NULL CHECK (extract(epoch FROM hour) % 3600 = 0),
    recorded_hour     timestamptz NOT NULL CHECK (extract(epoch FROM recorded_hour) % 3600 = 0),
    requests          bigint      NOT NULL,
    billable_requests bigint      NOT NULL,
    billable_units    bigint      NOT NULL,
    request_bytes     bigint      NOT NULL,
    response_bytes    bigint      NOT NULL,
    PRIMARY KEY (organization_id, hour, recorded_hour, api_key_id, route),
    CHECK (recorded_hour >= hour + interval '2 hours')
)
WITH (fillfactor = 80);

INSERT INTO usage_late
SELECT organization_id, api_key_id, route, date_trunc('hour', occurred_at, 'UTC') AS hour, date_trunc('hour', recorded_at, 'UTC') AS recorded_hour,
       count(*), count(*) FILTER (WHERE billable), coalesce(sum(units) FILTER (WHERE billable), 0),
       sum(request_bytes), sum(response_bytes)
FROM usage_events
WHERE date_trunc('hour', recorded_at, 'UTC') >= date_trunc('hour', occurred_at, 'UTC') + interval '2 hours'
GROUP BY organization_id, api_key_id, route, hour, recorded_hour;

-- What of a period was recorded at or after closed_at. What was billed is billable_usage less this, in one statement, and is
-- the same whenever it is asked, so what is still to be billed is the same function's answer at another time.
--
-- That is exact when closed_at is a whole hour (UTC), an hour or more after the period (what came before that is in no row
-- here), and an hour or more ago: a transaction that began to store before it has ended by then, as its statements may each
-- take Storage:CommandTimeoutSeconds and the pauses between them a minute. Anything else is refused.
CREATE FUNCTION late_usage(organization uuid, from_time timestamptz, to_time timestamptz, closed_at timestamptz)
    RETURNS TABLE (requests bigint, billable_requests bigint, billable_units bigint, request_bytes bigint, response_bytes bigint)
    LANGUAGE plpgsql STABLE STRICT ROWS 1 AS $function$
BEGIN
    IF extract(epoch FROM from_time) % 3600 <> 0 OR extract(epoch FROM to_time) % 3600 <> 0 OR extract(epoch FROM closed_at) % 3600 <> 0 THEN
        RAISE invalid_parameter_value USING MESSAGE = 'late_usage: usage is kept by whole hours (UTC), and so are from_time, to_time and closed_at';
    END IF;
    IF closed_at < to_time + interval '1 hour' OR closed_at > now() - interval '1 hour' THEN
        RAISE invalid_parameter_value USING
            MESSAGE = 'late_usage: closed_at has to be an hour or more after to_time, and an hour or more ago';
    END IF;

    RETURN QUERY
    SELECT coalesce(sum(late.requests), 0)::bigint,
           coalesce(sum(late.billable_requests), 0)::bigint,
           coalesce(sum(late.billable_units), 0)::bigint,
           coalesce(sum(late.request_bytes), 0)::bigint,
           coalesce(sum(late.response_bytes), 0)::bigint
    FROM usage_late AS late
    WHERE late.organization_id = organization AND late.hour >= from_time AND late.hour < to_time AND late.recorded_hour >= closed_at;
END
$function$;
