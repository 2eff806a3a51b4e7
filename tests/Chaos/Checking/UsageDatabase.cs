using Npgsql;

namespace Gateway.Chaos.Checking;

/// <summary>What the campaign's database says in the end.</summary>
internal sealed class UsageDatabase(string connectionString) : IAsyncDisposable
{
    private readonly NpgsqlDataSource _dataSource = NpgsqlDataSource.Create(connectionString);

    public async Task<IReadOnlyList<StoredRow>> RowsAsync(CancellationToken cancellationToken)
    {
        await using var command = _dataSource.CreateCommand(
            "SELECT path, method, organization_id, status, outcome, billable, units, source, sequence FROM usage_events ORDER BY occurred_at");
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var rows = new List<StoredRow>();
        while (await reader.ReadAsync(cancellationToken))
        {
            rows.Add(new StoredRow(
                reader.GetString(0), reader.GetString(1), reader.GetGuid(2), reader.GetInt16(3), reader.GetString(4),
                reader.GetBoolean(5), reader.GetInt64(6), reader.GetString(7), reader.GetInt64(8)));
        }

        return rows;
    }

    /// <summary>How far each partition has been stored.</summary>
    public async Task<IReadOnlyDictionary<int, long>> OffsetsAsync(CancellationToken cancellationToken)
    {
        await using var command = _dataSource.CreateCommand("SELECT partition, next_offset FROM consumer_offsets");
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var offsets = new Dictionary<int, long>();
        while (await reader.ReadAsync(cancellationToken))
        {
            offsets[reader.GetInt32(0)] = reader.GetInt64(1);
        }

        return offsets;
    }

    /// <summary>Groups of organization, key, route and hour in which the ledger is not what the rows add up to.</summary>
    public Task<long> LedgerDifferencesAsync(CancellationToken cancellationToken) => CountAsync(
        """
        SELECT count(*) FROM (
            SELECT organization_id, api_key_id, route, date_trunc('hour', occurred_at, 'UTC') AS hour, count(*) AS requests,
                   count(*) FILTER (WHERE billable) AS billable_requests, coalesce(sum(units) FILTER (WHERE billable), 0) AS billable_units,
                   sum(request_bytes) AS request_bytes, sum(response_bytes) AS response_bytes
            FROM usage_events GROUP BY 1, 2, 3, 4
        ) AS raw
        FULL JOIN usage_ledger AS ledger USING (organization_id, api_key_id, route, hour)
        WHERE (raw.requests, raw.billable_requests, raw.billable_units, raw.request_bytes, raw.response_bytes) IS DISTINCT FROM
              (ledger.requests, ledger.billable_requests, ledger.billable_units, ledger.request_bytes, ledger.response_bytes)
        """,
        cancellationToken);

    /// <summary>Organizations whose invoice is not what their rows add up to.</summary>
    public Task<long> InvoiceDifferencesAsync(CancellationToken cancellationToken) => CountAsync(
        """
        SELECT count(*) FROM (
            SELECT organization_id, count(*) AS requests, count(*) FILTER (WHERE billable) AS billable_requests,
                   coalesce(sum(units) FILTER (WHERE billable), 0)::bigint AS billable_units
            FROM usage_events GROUP BY organization_id
        ) AS raw
        CROSS JOIN LATERAL billable_usage(organization_id, now() - interval '2 days', now() + interval '2 hours') AS invoice
        WHERE (raw.requests, raw.billable_requests, raw.billable_units) IS DISTINCT FROM
              (invoice.requests, invoice.billable_requests, invoice.billable_units)
        """,
        cancellationToken);

    public Task<long> BillableUnitsAsync(CancellationToken cancellationToken) =>
        CountAsync("SELECT coalesce(sum(billable_units), 0)::bigint FROM usage_ledger", cancellationToken);

    /// <summary>Copies that were refused.</summary>
    public Task<long> DuplicatesAsync(CancellationToken cancellationToken) =>
        CountAsync("SELECT coalesce(sum(duplicates), 0)::bigint FROM usage_sources", cancellationToken);

    public Task<long> DeadLettersAsync(CancellationToken cancellationToken) => CountAsync("SELECT count(*) FROM dead_letters", cancellationToken);

    public ValueTask DisposeAsync() => _dataSource.DisposeAsync();

    private async Task<long> CountAsync(string sql, CancellationToken cancellationToken)
    {
        await using var command = _dataSource.CreateCommand(sql);
        return (long)(await command.ExecuteScalarAsync(cancellationToken))!;
    }
}
