namespace Gateway.UsageProcessor.Audit;

/// <summary>One of the continuous aggregates, and what of the ledger it has to be equal to.</summary>
/// <param name="Name">Its name.</param>
/// <param name="BucketOfHour">SQL: the bucket that an hour of the ledger belongs to.</param>
/// <param name="Width">SQL: how long a bucket is.</param>
/// <param name="Patience">SQL: how long its policy may take to take in what the ledger has.</param>
internal sealed record Rollup(string Name, string BucketOfHour, string Width, string Patience)
{
    /// <summary>Each after the one that it is made of.</summary>
    public static readonly Rollup[] All =
    [
        new("usage_hourly", "hour", "1 hour", "30 minutes"),
        new("usage_daily", "date_trunc('day', hour, 'UTC')", "1 day", "30 minutes"),
        new("usage_monthly", "date_trunc('month', hour, 'UTC')", "1 month", "90 minutes"),
    ];

    /// <summary>
    /// The buckets in which ledger and rollup differ, for some organization, key and route, in any figure, and by how much
    /// together. Both are seen at one moment. Buckets that are not over are left out, and so is what the ledger counted too lately.
    /// Parameters: from, to (of buckets).
    /// </summary>
    public string Compare => $"""
        WITH ledger AS (
            SELECT organization_id, api_key_id, route, {BucketOfHour} AS bucket, max(updated_at) AS updated_at,
                   sum(requests)::bigint AS requests, sum(billable_requests)::bigint AS billable_requests,
                   sum(billable_units)::bigint AS billable_units, sum(request_bytes)::bigint AS request_bytes,
                   sum(response_bytes)::bigint AS response_bytes
            FROM usage_ledger
            WHERE hour >= $1 AND hour < $2
            GROUP BY organization_id, api_key_id, route, {BucketOfHour}
        ), rollup AS (
            SELECT * FROM {Name} WHERE bucket >= $1 AND bucket < $2
        )
        SELECT bucket, bucket + interval '{Width}',
               (coalesce(sum(ledger.requests), 0) - coalesce(sum(rollup.requests), 0))::bigint,
               (coalesce(sum(ledger.billable_units), 0) - coalesce(sum(rollup.billable_units), 0))::bigint
        FROM ledger
        FULL JOIN rollup USING (organization_id, api_key_id, route, bucket)
        WHERE (rollup.requests, rollup.billable_requests, rollup.billable_units, rollup.request_bytes, rollup.response_bytes) IS DISTINCT FROM
              (ledger.requests, ledger.billable_requests, ledger.billable_units, ledger.request_bytes, ledger.response_bytes)
            AND bucket + interval '{Width}' < now() - interval '1 hour'
            AND coalesce(ledger.updated_at < now() - interval '{Patience}', true)
        GROUP BY bucket
        ORDER BY bucket
        """;

    /// <summary>
    /// Makes buckets anew from what they are made of, whatever TimescaleDB believes of them. What is no longer there is
    /// deleted from the rollup, so hours must not be refreshed from before raw rows are kept.
    /// Parameters: from, to.
    /// </summary>
    public string Refresh => $"CALL refresh_continuous_aggregate('{Name}', $1::timestamptz, $2::timestamptz, force => true)";
}
