using System.Data;
using Dapper;
using Gateway.Keygen.ApiKeys;
using Npgsql;

namespace Gateway.Keygen.Usage;

/// <summary>
/// The table <c>usage_ledger</c> of one organization and period, seen at one moment: the lines add up to the total
/// while the usage-processor goes on counting.
/// </summary>
internal sealed class UsageStore(NpgsqlConnection analytics, ApiKeyStore keys, Guid organizationId, UsagePeriod period) : IAsyncDisposable
{
    /// <summary>What is added up of each part.</summary>
    internal const string Sums = """
        sum(requests)::bigint AS requests, sum(billable_requests)::bigint AS billable_requests,
        sum(billable_units)::bigint AS billable_units, sum(request_bytes)::bigint AS request_bytes,
        sum(response_bytes)::bigint AS response_bytes
        """;

    private const string Highest = "(max(sum(billable_units)) OVER ())::bigint AS highest_units";

    private const string OfPeriod = "FROM usage_ledger WHERE organization_id = @organizationId AND hour >= @from AND hour < @to";

    private NpgsqlTransaction? _snapshot;

    /// <summary>What an invoice would be drawn from. Comes first: it fixes the moment.</summary>
    public async Task<UsageTotals> TotalAsync(CancellationToken cancellationToken)
    {
        _snapshot = await analytics.BeginTransactionAsync(IsolationLevel.RepeatableRead, cancellationToken);
        return await analytics.QuerySingleAsync<UsageTotals>(new CommandDefinition(
            """
            SELECT requests, billable_requests, billable_units, request_bytes, response_bytes
            FROM billable_usage(@organizationId, @from, @to)
            """,
            Parameters,
            cancellationToken: cancellationToken));
    }

    /// <summary>By key and route, what costs most first.</summary>
    public IAsyncEnumerable<UsageLine> LinesAsync(CancellationToken cancellationToken) => ApiKeyLabels.AddAsync(
        Query<UsageLine>(
            $"""
            SELECT api_key_id, route, {Sums} {OfPeriod} GROUP BY api_key_id, route
            ORDER BY sum(billable_units) DESC, sum(requests) DESC, api_key_id, route
            """),
        keys,
        static line => line.ApiKeyId,
        static (line, label) => line with { ApiKeyName = label.Name, ApiKeyPrefix = label.Prefix },
        cancellationToken);

    /// <summary>By hour, day or month in their order; by key or route, what costs most first.</summary>
    public IAsyncEnumerable<UsagePart> PartsAsync(UsageGrouping by, CancellationToken cancellationToken) => by switch
    {
        UsageGrouping.Key => ApiKeyLabels.AddAsync(
            Query<UsagePart>($"SELECT api_key_id, {Sums}, {Highest} {OfPeriod} GROUP BY api_key_id ORDER BY sum(billable_units) DESC, sum(requests) DESC, api_key_id"),
            keys,
            static part => part.ApiKeyId!.Value,
            static (part, label) => part with { ApiKeyName = label.Name, ApiKeyPrefix = label.Prefix },
            cancellationToken),
        UsageGrouping.Route =>
            Query<UsagePart>($"SELECT route, {Sums}, {Highest} {OfPeriod} GROUP BY route ORDER BY sum(billable_units) DESC, sum(requests) DESC, route"),
        UsageGrouping.Hour => ByTime("hour", by, cancellationToken),
        UsageGrouping.Day => ByTime("day", by, cancellationToken),
        UsageGrouping.Month => ByTime("month", by, cancellationToken),
        _ => throw new ArgumentOutOfRangeException(nameof(by), by, "is not within an organization"),
    };

    public ValueTask DisposeAsync() => _snapshot?.DisposeAsync() ?? ValueTask.CompletedTask;

    private object Parameters => new { organizationId, from = period.From, to = period.To };

    private IAsyncEnumerable<UsagePart> ByTime(string unit, UsageGrouping by, CancellationToken cancellationToken) => UsageCalendar.FillAsync(
        Query<UsagePart>($"SELECT date_trunc('{unit}', hour, 'UTC') AS start, {Sums}, {Highest} {OfPeriod} GROUP BY 1 ORDER BY 1"), by, cancellationToken);

    private IAsyncEnumerable<T> Query<T>(string sql) => analytics.QueryUnbufferedAsync<T>(sql, Parameters);
}
