-- What an invoice for a period is drawn from: whole hours of the ledger, from_time included, to_time not.
CREATE FUNCTION billable_usage(organization uuid, from_time timestamptz, to_time timestamptz)
    RETURNS TABLE (requests bigint, billable_requests bigint, billable_units bigint, request_bytes bigint, response_bytes bigint)
    LANGUAGE sql STABLE AS $$
    SELECT coalesce(sum(requests), 0)::bigint,
           coalesce(sum(billable_requests), 0)::bigint,
           coalesce(sum(billable_units), 0)::bigint,
           coalesce(sum(request_bytes), 0)::bigint,
           coalesce(sum(response_bytes), 0)::bigint
    FROM usage_ledger
    WHERE organization_id = organization AND hour >= from_time AND hour < to_time
$$;
