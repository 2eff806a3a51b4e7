-- Parts of what billable_usage adds up, drawn from the ledger as it is: their sums are equal to its answer, to the byte.
--
-- Nothing used is no row here, so a mistake must not look like it: an argument that is null, a period that ends before it
-- begins and a bound that cuts an hour of the ledger (whole hours, UTC) are errors. (billable_usage counts the hours that
-- begin in its period: quotas in time zones with half hours ask it so.)
CREATE FUNCTION require_billable_period(from_time timestamptz, to_time timestamptz) RETURNS void
    LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $function$
BEGIN
    IF from_time IS NULL OR to_time IS NULL THEN
        RAISE null_value_not_allowed USING MESSAGE = 'the period is not known: from_time or to_time is null';
    END IF;
    IF extract(epoch FROM from_time) % 3600 <> 0 OR extract(epoch FROM to_time) % 3600 <> 0 THEN
        RAISE invalid_parameter_value USING MESSAGE = 'usage is kept by whole hours (UTC): from_time and to_time have to be whole hours';
    END IF;
    IF to_time < from_time THEN
        RAISE invalid_parameter_value USING MESSAGE = 'to_time is before from_time';
    END IF;
END
$function$;

CREATE FUNCTION billable_usage_by_key(organization uuid, from_time timestamptz, to_time timestamptz)
    RETURNS TABLE (
        api_key_id uuid, requests bigint, billable_requests bigint, billable_units bigint, request_bytes bigint, response_bytes bigint)
    LANGUAGE plpgsql STABLE PARALLEL SAFE AS $function$
BEGIN
    PERFORM require_billable_period(from_time, to_time);
    IF organization IS NULL THEN
        RAISE null_value_not_allowed USING MESSAGE = 'organization is null';
    END IF;

    RETURN QUERY
    SELECT ledger.api_key_id, sum(ledger.requests)::bigint, sum(ledger.billable_requests)::bigint, sum(ledger.billable_units)::bigint,
           sum(ledger.request_bytes)::bigint, sum(ledger.response_bytes)::bigint
    FROM usage_ledger AS ledger
    WHERE ledger.organization_id = organization AND ledger.hour >= from_time AND ledger.hour < to_time
    GROUP BY ledger.api_key_id
    ORDER BY sum(ledger.billable_units) DESC, sum(ledger.requests) DESC, ledger.api_key_id;
END
$function$;

CREATE FUNCTION billable_usage_by_route(organization uuid, from_time timestamptz, to_time timestamptz)
    RETURNS TABLE (
        route text, requests bigint, billable_requests bigint, billable_units bigint, request_bytes bigint, response_bytes bigint)
    LANGUAGE plpgsql STABLE PARALLEL SAFE AS $function$
BEGIN
    PERFORM require_billable_period(from_time, to_time);
    IF organization IS NULL THEN
        RAISE null_value_not_allowed USING MESSAGE = 'organization is null';
    END IF;

    RETURN QUERY
    SELECT ledger.route, sum(ledger.requests)::bigint, sum(ledger.billable_requests)::bigint, sum(ledger.billable_units)::bigint,
           sum(ledger.request_bytes)::bigint, sum(ledger.response_bytes)::bigint
    FROM usage_ledger AS ledger
    WHERE ledger.organization_id = organization AND ledger.hour >= from_time AND ledger.hour < to_time
    GROUP BY ledger.route
    ORDER BY sum(ledger.billable_units) DESC, sum(ledger.requests) DESC, ledger.route;
END
$function$;

-- The organizations that used most units, most first; equals in the order of their ids, so that two askings agree.
CREATE FUNCTION top_consumers(from_time timestamptz, to_time timestamptz, how_many integer)
    RETURNS TABLE (
        organization_id uuid, requests bigint, billable_requests bigint, billable_units bigint, request_bytes bigint, response_bytes bigint)
    LANGUAGE plpgsql STABLE PARALLEL SAFE AS $function$
BEGIN
    PERFORM require_billable_period(from_time, to_time);
    IF how_many IS NULL OR how_many < 1 THEN
        RAISE invalid_parameter_value USING MESSAGE = 'how_many has to be 1 or more';
    END IF;

    RETURN QUERY
    SELECT ledger.organization_id, sum(ledger.requests)::bigint, sum(ledger.billable_requests)::bigint, sum(ledger.billable_units)::bigint,
           sum(ledger.request_bytes)::bigint, sum(ledger.response_bytes)::bigint
    FROM usage_ledger AS ledger
    WHERE ledger.hour >= from_time AND ledger.hour < to_time
    GROUP BY ledger.organization_id
    ORDER BY sum(ledger.billable_units) DESC, sum(ledger.requests) DESC, ledger.organization_id
    LIMIT how_many;
END
$function$;

-- A row for each calendar day that the period touches, zeros where nothing was used; of its first and last day what is in
-- the period. An hour of the ledger is in one day only where the zone is whole hours from UTC all the while, so others
-- (Asia/Kolkata) are refused, and so are offsets from UTC: names only.
CREATE FUNCTION daily_usage(organization uuid, from_time timestamptz, to_time timestamptz, time_zone text DEFAULT 'UTC')
    RETURNS TABLE (
        day date, requests bigint, billable_requests bigint, billable_units bigint, request_bytes bigint, response_bytes bigint)
    LANGUAGE plpgsql STABLE PARALLEL SAFE AS $function$
BEGIN
    PERFORM require_billable_period(from_time, to_time);
    IF organization IS NULL OR time_zone IS NULL THEN
        RAISE null_value_not_allowed USING MESSAGE = 'organization or time_zone is null';
    END IF;

    -- PostgreSQL reads +02:00 and UTC+2 as POSIX does, west of Greenwich: days of another place, and nobody would see it.
    IF time_zone ~ '[0-9]' AND NOT EXISTS (SELECT FROM pg_timezone_names WHERE lower(name) = lower(time_zone)) THEN
        RAISE invalid_parameter_value USING MESSAGE = format('%s is not the name of a time zone, such as Europe/Berlin', time_zone);
    END IF;
    IF EXISTS (
        SELECT FROM generate_series(from_time, to_time, interval '1 hour') AS hour
        WHERE extract(epoch FROM hour AT TIME ZONE time_zone) % 3600 <> 0)
    THEN
        RAISE invalid_parameter_value USING MESSAGE = format(
            'usage is kept by whole hours (UTC), and days of %s begin within one', time_zone);
    END IF;

    RETURN QUERY
    WITH used AS (
        SELECT (ledger.hour AT TIME ZONE time_zone)::date AS day, sum(ledger.requests) AS requests,
               sum(ledger.billable_requests) AS billable_requests, sum(ledger.billable_units) AS billable_units,
               sum(ledger.request_bytes) AS request_bytes, sum(ledger.response_bytes) AS response_bytes
        FROM usage_ledger AS ledger
        WHERE ledger.organization_id = organization AND ledger.hour >= from_time AND ledger.hour < to_time
        GROUP BY 1
    )
    SELECT calendar.day::date, coalesce(used.requests, 0)::bigint, coalesce(used.billable_requests, 0)::bigint,
           coalesce(used.billable_units, 0)::bigint, coalesce(used.request_bytes, 0)::bigint, coalesce(used.response_bytes, 0)::bigint
    FROM generate_series(
        (from_time AT TIME ZONE time_zone)::date::timestamp,
        ((to_time - interval '1 hour') AT TIME ZONE time_zone)::date::timestamp, interval '1 day') AS calendar (day)
    LEFT JOIN used ON used.day = calendar.day::date
    WHERE from_time < to_time
    ORDER BY calendar.day;
END
$function$;
