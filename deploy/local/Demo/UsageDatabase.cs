using Gateway.Database;
using Npgsql;

namespace Gateway.LocalStack.Demo;

/// <summary>Reads what the usage-processor has stored of some organizations.</summary>
internal sealed class UsageDatabase(string databaseUrl) : IAsyncDisposable
{
    private readonly NpgsqlDataSource _dataSource = NpgsqlDataSource.Create(DatabaseUrl.Parse(databaseUrl).ConnectionString);

    public async Task<DatabaseTally> ReadAsync(Guid[] organizations, CancellationToken cancellationToken)
    {
        var events = new List<EventGroup>();
        await using (var command = _dataSource.CreateCommand(
            """
            SELECT outcome, status, billable, count(*) FROM usage_events
            WHERE organization_id = ANY ($1) GROUP BY outcome, status, billable ORDER BY outcome, status
            """))
        {
            command.Parameters.Add(new() { Value = organizations });
            await using var reader = await command.ExecuteReaderAsync(cancellationToken);
            while (await reader.ReadAsync(cancellationToken))
            {
                events.Add(new EventGroup(reader.GetString(0), reader.GetInt16(1), reader.GetBoolean(2), reader.GetInt64(3)));
            }
        }

        return new DatabaseTally(events, await ReadLedgerAsync(organizations, cancellationToken));
    }

    public ValueTask DisposeAsync() => _dataSource.DisposeAsync();

    private async Task<LedgerTotals> ReadLedgerAsync(Guid[] organizations, CancellationToken cancellationToken)
    {
        await using var command = _dataSource.CreateCommand(
            """
            SELECT coalesce(sum(requests), 0)::bigint, coalesce(sum(billable_requests), 0)::bigint, coalesce(sum(billable_units), 0)::bigint
            FROM usage_ledger WHERE organization_id = ANY ($1)
            """);
        command.Parameters.Add(new() { Value = organizations });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        await reader.ReadAsync(cancellationToken);
        return new LedgerTotals(reader.GetInt64(0), reader.GetInt64(1), reader.GetInt64(2));
    }
}
