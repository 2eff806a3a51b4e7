using Dapper;
using Npgsql;

namespace Gateway.Keygen.Usage;

/// <summary>Who used most of all in a period, from the ledger, by billable units; equals in the order of their ids.</summary>
internal sealed class TopStore(NpgsqlConnection analytics, UsagePeriod period)
{
    private const string Sums = $"{UsageStore.Sums} FROM usage_ledger WHERE hour >= @from AND hour < @to";

    private const string OrderAndLimit = "ORDER BY sum(billable_units) DESC, sum(requests) DESC";

    /// <summary>Most first.</summary>
    /// <param name="by">Organization, key, or route, which is the same route for all organizations.</param>
    /// <param name="howMany">At most.</param>
    /// <param name="cancellationToken">Stops the query.</param>
    public async Task<IReadOnlyList<UsagePart>> ReadAsync(UsageGrouping by, int howMany, CancellationToken cancellationToken)
    {
        var sql = by switch
        {
            UsageGrouping.Key => $"SELECT organization_id, api_key_id, {Sums} GROUP BY organization_id, api_key_id {OrderAndLimit}, api_key_id LIMIT @howMany",
            UsageGrouping.Route => $"SELECT route, {Sums} GROUP BY route {OrderAndLimit}, route LIMIT @howMany",
            _ => "SELECT organization_id, requests, billable_requests, billable_units, request_bytes, response_bytes FROM top_consumers(@from, @to, @howMany)",
        };
        var parts = (await analytics.QueryAsync<UsagePart>(new CommandDefinition(
            sql, new { from = period.From, to = period.To, howMany }, cancellationToken: cancellationToken))).AsList();
        var highest = parts.Count == 0 ? 0 : parts[0].BillableUnits;
        return [.. parts.Select(part => part with { HighestUnits = highest })];
    }
}
