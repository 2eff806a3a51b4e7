-- What an invoice for a period is drawn from: whole hours of the ledger, from_time included, to_time not.
-- Always one row, zeros where nothing was used; none at all where an argument is null, so that a mistake is no free month.
CREATE FUNCTION billable_usage(organization uuid, from_time timestamptz, to_time timestamptz)
    RETURNS TABLE (requests bigint, billable_requests bigint, billable_units bigint, request_bytes bigint, response_bytes bigint)
    LANGUAGE sql STABLE STRICT PARALLEL SAFE ROWS 1 AS $$
    SELECT coalesce(sum(ledger.requests), 0)::bigint,
           coalesce(sum(ledger.billable_requests), 0)::bigint,
           coalesce(sum(ledger.billable_units), 0)::bigint,
           coalesce(sum(ledger.request_bytes), 0)::bigint,
           coalesce(sum(ledger.response_bytes), 0)::bigint
    FROM usage_ledger AS ledger
    WHERE ledger.organization_id = organization AND ledger.hour >= from_time AND ledger.hour < to_time
$$;
