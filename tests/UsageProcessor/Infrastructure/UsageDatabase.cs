using Gateway.Database;
using Npgsql;

namespace Gateway.UsageProcessor.Tests.Infrastructure;

/// <summary>What is in a test's database.</summary>
internal sealed class UsageDatabase(string url)
{
    private readonly string _connectionString = DatabaseUrl.Parse(url).ConnectionString + ";Pooling=false";

    public string Url => url;

    public Task<long> EventsAsync() => ScalarAsync<long>("SELECT count(*) FROM usage_events");

    public Task<long> DeadLettersAsync() => ScalarAsync<long>("SELECT count(*) FROM dead_letters");

    /// <summary>Messages that all partitions together are past.</summary>
    public Task<long> StoredMessagesAsync() => ScalarAsync<long>("SELECT coalesce(sum(next_offset), 0)::bigint FROM consumer_offsets");

    /// <summary>Rows in which the ledger and the sums over the events differ; 0 is what an auditor wants to see.</summary>
    public Task<long> LedgerDifferencesAsync() => ScalarAsync<long>("""
        WITH summed AS (
            SELECT organization_id, api_key_id, route, date_trunc('hour', occurred_at, 'UTC') AS hour,
                   count(*) AS requests, count(*) FILTER (WHERE billable) AS billable_requests,
                   coalesce(sum(units) FILTER (WHERE billable), 0) AS billable_units,
                   sum(request_bytes) AS request_bytes, sum(response_bytes) AS response_bytes
            FROM usage_events GROUP BY 1, 2, 3, 4
        ), kept AS (
            SELECT organization_id, api_key_id, route, hour, requests, billable_requests, billable_units, request_bytes, response_bytes
            FROM usage_ledger
        )
        SELECT count(*) FROM ((TABLE summed EXCEPT TABLE kept) UNION ALL (TABLE kept EXCEPT TABLE summed)) AS differences
        """);

    /// <summary>Sessions of processors: one that was killed has its last transaction ended by the server, a moment later.</summary>
    public Task<long> ProcessorSessionsAsync() => ScalarAsync<long>(
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'usage-processor'");

    /// <summary>Ends other sessions and waits until they are gone: one that is only told to end may do what it is asked before it does.</summary>
    public Task EndSessionsAsync(string which = "true") => ExecuteAsync(
        $"SELECT pg_terminate_backend(pid, 20000) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid() AND {which}");

    public async Task<T> ScalarAsync<T>(string sql, params object[] parameters)
    {
        await using var connection = await OpenAsync();
        await using var command = Command(sql, connection, parameters);
        return (T)(await command.ExecuteScalarAsync())!;
    }

    public async Task ExecuteAsync(string sql, params object[] parameters)
    {
        await using var connection = await OpenAsync();
        await using var command = Command(sql, connection, parameters);
        await command.ExecuteNonQueryAsync();
    }

    /// <summary>Every row of the answer, its columns as they are.</summary>
    public async Task<List<object?[]>> RowsAsync(string sql)
    {
        await using var connection = await OpenAsync();
        await using var command = Command(sql, connection, []);
        await using var reader = await command.ExecuteReaderAsync();
        var rows = new List<object?[]>();
        while (await reader.ReadAsync())
        {
            rows.Add([.. Enumerable.Range(0, reader.FieldCount).Select(column => reader.IsDBNull(column) ? null : reader.GetValue(column))]);
        }

        return rows;
    }

    public async Task<NpgsqlConnection> OpenAsync()
    {
        var connection = new NpgsqlConnection(_connectionString);
        await connection.OpenAsync();
        return connection;
    }

    private static NpgsqlCommand Command(string sql, NpgsqlConnection connection, object[] parameters)
    {
        var command = new NpgsqlCommand(sql, connection);
        foreach (var parameter in parameters)
        {
            command.Parameters.Add(new NpgsqlParameter { Value = parameter });
        }

        return command;
    }
}
