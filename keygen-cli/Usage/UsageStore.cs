using System.Data;
using System.Runtime.CompilerServices;
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
    /// <summary>Lines that are held at once, to ask for their keys' names together.</summary>
    internal const int LinesPerLookup = 500;

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
    public async IAsyncEnumerable<UsageLine> LinesAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var lines = analytics.QueryUnbufferedAsync<UsageLine>(
            """
            SELECT api_key_id, route, sum(requests)::bigint AS requests, sum(billable_requests)::bigint AS billable_requests,
                   sum(billable_units)::bigint AS billable_units, sum(request_bytes)::bigint AS request_bytes,
                   sum(response_bytes)::bigint AS response_bytes
            FROM usage_ledger
            WHERE organization_id = @organizationId AND hour >= @from AND hour < @to
            GROUP BY api_key_id, route
            ORDER BY sum(billable_units) DESC, sum(requests) DESC, api_key_id, route
            """,
            Parameters);
        var batch = new List<UsageLine>(LinesPerLookup);
        await foreach (var line in lines.WithCancellation(cancellationToken))
        {
            batch.Add(line);
            if (batch.Count == LinesPerLookup)
            {
                foreach (var labelled in await LabelAsync(batch, cancellationToken))
                {
                    yield return labelled;
                }

                batch.Clear();
            }
        }

        foreach (var labelled in await LabelAsync(batch, cancellationToken))
        {
            yield return labelled;
        }
    }

    public ValueTask DisposeAsync() => _snapshot?.DisposeAsync() ?? ValueTask.CompletedTask;

    private object Parameters => new { organizationId, from = period.From, to = period.To };

    // The names may be in another database than the ledger, so they cannot be joined there.
    private async Task<IEnumerable<UsageLine>> LabelAsync(List<UsageLine> lines, CancellationToken cancellationToken)
    {
        var labels = (await keys.LabelsAsync([.. lines.Select(line => line.ApiKeyId).Distinct()], cancellationToken))
            .ToDictionary(label => label.Id);
        return lines.Select(line => labels.TryGetValue(line.ApiKeyId, out var label)
            ? line with { ApiKeyName = label.Name, ApiKeyPrefix = label.Prefix }
            : line);
    }
}
