using Dapper;
using Npgsql;

namespace Gateway.Keygen.Reconciliation;

/// <summary>
/// Raw rows, ledger and rollups of all organizations, compared by key, route and hour. A continuous aggregate takes in a late
/// event when it is refreshed, days every 15 minutes and months every hour: what the ledger counted since then may not be in
/// it yet.
/// </summary>
internal sealed class TotalsStore(NpgsqlConnection analytics)
{
    private const string CompareHours =
        """
        WITH raw AS (
            SELECT organization_id, api_key_id, route, date_trunc('hour', occurred_at, 'UTC') AS hour, count(*) AS requests,
                   count(*) FILTER (WHERE billable) AS billable_requests, coalesce(sum(units) FILTER (WHERE billable), 0)::bigint AS billable_units,
                   sum(request_bytes)::bigint AS request_bytes, sum(response_bytes)::bigint AS response_bytes
            FROM usage_events
            WHERE occurred_at >= @from AND occurred_at < @to
            GROUP BY organization_id, api_key_id, route, date_trunc('hour', occurred_at, 'UTC')
        ), ledger AS (
            SELECT * FROM usage_ledger WHERE hour >= @from AND hour < @to
        ), rollup AS (
            SELECT *, bucket AS hour FROM usage_hourly WHERE bucket >= @from AND bucket < @to
        ), compared AS (
            SELECT organization_id, hour,
                   raw.requests AS raw_requests, ledger.requests AS ledger_requests, rollup.requests AS rollup_requests,
                   raw.billable_units AS raw_units, ledger.billable_units AS ledger_units, rollup.billable_units AS rollup_units,
                   (raw.requests, raw.billable_requests, raw.billable_units, raw.request_bytes, raw.response_bytes) IS DISTINCT FROM
                   (ledger.requests, ledger.billable_requests, ledger.billable_units, ledger.request_bytes, ledger.response_bytes) AS ledger_differs,
                   (rollup.requests, rollup.billable_requests, rollup.billable_units, rollup.request_bytes, rollup.response_bytes) IS DISTINCT FROM
                   (ledger.requests, ledger.billable_requests, ledger.billable_units, ledger.request_bytes, ledger.response_bytes)
                       AND coalesce(ledger.updated_at < now() - interval '30 minutes', true) AS rollup_differs
            FROM raw
            FULL JOIN ledger USING (organization_id, api_key_id, route, hour)
            FULL JOIN rollup USING (organization_id, api_key_id, route, hour)
        )
        SELECT organization_id,
               coalesce(sum(raw_requests), 0)::bigint AS raw_requests, coalesce(sum(ledger_requests), 0)::bigint AS ledger_requests,
               coalesce(sum(rollup_requests), 0)::bigint AS rollup_requests, coalesce(sum(raw_units), 0)::bigint AS raw_units,
               coalesce(sum(ledger_units), 0)::bigint AS ledger_units, coalesce(sum(rollup_units), 0)::bigint AS rollup_units,
               count(DISTINCT hour) FILTER (WHERE ledger_differs) AS ledger_hours,
               count(DISTINCT hour) FILTER (WHERE rollup_differs) AS rollup_hours,
               min(hour) FILTER (WHERE ledger_differs) AS first_ledger_hour, max(hour) FILTER (WHERE ledger_differs) AS last_ledger_hour,
               min(hour) FILTER (WHERE rollup_differs) AS first_rollup_hour
        FROM compared
        GROUP BY organization_id
        """;

    private static readonly string CompareDays = CompareLonger("day", "usage_daily", "rollup_days", patience: "30 minutes");

    private static readonly string CompareMonths = CompareLonger("month", "usage_monthly", "rollup_months", patience: "90 minutes");

    /// <summary>From when on raw rows are to be there, as the database says.</summary>
    public async Task<DateTime> RawBeginsAsync(CancellationToken cancellationToken) =>
        await analytics.ExecuteScalarAsync<DateTime>(Command("SELECT raw_usage_begins()", DateTime.MinValue, DateTime.MinValue, cancellationToken));

    /// <summary>All organizations with usage from one whole hour to another; those that differ first.</summary>
    public async Task<IReadOnlyList<OrganizationLine>> CompareAsync(DateTime from, DateTime to, CancellationToken cancellationToken)
    {
        if (from >= to)
        {
            return [];
        }

        var organizations = (await analytics.QueryAsync<OrganizationLine>(Command(CompareHours, from, to, cancellationToken)))
            .ToDictionary(static line => line.OrganizationId);

        // Whole days and months only: of others the period has a part, and the rollup all of it.
        var firstDay = from.Date == from ? from : from.Date.AddDays(1);
        var firstMonth = MonthOf(firstDay) == firstDay ? firstDay : MonthOf(firstDay).AddMonths(1);
        foreach (var line in (await analytics.QueryAsync<OrganizationLine>(Command(CompareDays, firstDay, to.Date, cancellationToken)))
            .Concat(await analytics.QueryAsync<OrganizationLine>(Command(CompareMonths, firstMonth, MonthOf(to), cancellationToken))))
        {
            organizations[line.OrganizationId] = organizations.TryGetValue(line.OrganizationId, out var known)
                ? known with
                {
                    RollupDays = known.RollupDays + line.RollupDays,
                    RollupMonths = known.RollupMonths + line.RollupMonths,
                    FirstRollupHour = known.FirstRollupHour ?? line.FirstRollupHour,
                }
                : line;
        }

        return [.. organizations.Values.OrderByDescending(static line => line.Differences).ThenBy(static line => line.OrganizationId)];
    }

    private static DateTime MonthOf(DateTime time) => new(time.Year, time.Month, 1, 0, 0, 0, time.Kind);

    private static string CompareLonger(string unit, string rollup, string differences, string patience) =>
        $"""
        WITH ledger AS (
            SELECT organization_id, api_key_id, route, date_trunc('{unit}', hour, 'UTC') AS bucket, max(updated_at) AS updated_at,
                   sum(requests)::bigint AS requests, sum(billable_requests)::bigint AS billable_requests,
                   sum(billable_units)::bigint AS billable_units, sum(request_bytes)::bigint AS request_bytes,
                   sum(response_bytes)::bigint AS response_bytes
            FROM usage_ledger
            WHERE hour >= @from AND hour < @to
            GROUP BY organization_id, api_key_id, route, date_trunc('{unit}', hour, 'UTC')
        ), rollup AS (
            SELECT * FROM {rollup} WHERE bucket >= @from AND bucket < @to
        )
        SELECT organization_id, count(DISTINCT bucket) AS {differences}, min(bucket) AS first_rollup_hour
        FROM ledger
        FULL JOIN rollup USING (organization_id, api_key_id, route, bucket)
        WHERE (rollup.requests, rollup.billable_requests, rollup.billable_units, rollup.request_bytes, rollup.response_bytes) IS DISTINCT FROM
              (ledger.requests, ledger.billable_requests, ledger.billable_units, ledger.request_bytes, ledger.response_bytes)
            AND coalesce(ledger.updated_at < now() - interval '{patience}', true)
        GROUP BY organization_id
        """;

    // However long it takes: a month of raw rows is read.
    private static CommandDefinition Command(string sql, DateTime from, DateTime to, CancellationToken cancellationToken) =>
        new(sql, new { from, to }, commandTimeout: 0, cancellationToken: cancellationToken);
}
