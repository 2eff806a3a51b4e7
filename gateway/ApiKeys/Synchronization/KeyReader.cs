using System.Globalization;
using Gateway.ApiKeys.Memory;
using Gateway.Organizations;
using Npgsql;

namespace Gateway.ApiKeys.Synchronization;

/// <summary>
/// Reads what has changed, or everything, each as it was at one moment: in a transaction that sees one snapshot, so that
/// its version says exactly what is in it.
/// </summary>
internal sealed class KeyReader(KeyDatabase database, KeyColumns columns)
{
    private const string Version = "SELECT version, reload_version FROM configuration_version";

    // One more than what can be taken in: so it shows that there are too many.
    private static readonly string Changes = string.Create(
        CultureInfo.InvariantCulture,
        $"""
        {Version};
        SELECT {KeyColumns.OfOrganization} FROM {KeyColumns.Organizations} WHERE organization.version > $1 LIMIT {KeyChanges.Maximum + 1};
        SELECT {KeyColumns.OfKey}, extract(epoch FROM clock_timestamp() - greatest(key.revoked_at, key.disabled_at))::float8
        FROM api_keys AS key WHERE key.version > $1 LIMIT {KeyChanges.Maximum + 1}
        """);

    private const string Everything =
        $"""
        {Version};
        SELECT {KeyColumns.OfOrganization} FROM {KeyColumns.AllOrganizations};
        SELECT {KeyColumns.OfKey} FROM api_keys AS key WHERE {KeyColumns.IsUsable}
        """;

    private const int BatchSize = 1_000;

    // For one packet of the answer, not for all of it.
    private const int RefreshTimeoutSeconds = 60;

    /// <summary>What has changed since that version, or the beginning of it (<see cref="KeyChanges.AreTooMany"/>).</summary>
    public async Task<KeyChanges> ReadChangesAsync(long since)
    {
        await using var connection = await database.OpenAsync();
        await using var transaction = await BeginAsync(connection);
        await using var batch = NewBatch(connection, transaction, Changes, since);
        await using var reader = await batch.ExecuteReaderAsync();
        var (version, reloadVersion) = await ReadVersionAsync(reader);
        List<OrganizationTerms> organizations = [];
        while (await reader.ReadAsync())
        {
            organizations.Add(columns.ReadOrganization(reader));
        }

        await reader.NextResultAsync();
        List<ApiKeyRow> keys = [];
        List<EndedKey> ended = [];
        while (await reader.ReadAsync())
        {
            var key = columns.ReadKey(reader);
            keys.Add(key);
            if (!reader.IsDBNull(KeyColumns.CountOfKey))
            {
                ended.Add(new EndedKey(key.Hash, TimeSpan.FromSeconds(reader.GetDouble(KeyColumns.CountOfKey))));
            }
        }

        return new KeyChanges(version, reloadVersion, organizations, keys, ended);
    }

    /// <summary>Reads everything into the table, which is used meanwhile.</summary>
    /// <returns>The version that it is of.</returns>
    public async Task<long> RefreshAsync(KeyTable table)
    {
        table.BeginRefresh();
        try
        {
            await using var connection = await database.OpenAsync();
            await using var transaction = await BeginAsync(connection);
            await using var batch = NewBatch(connection, transaction, Everything);
            batch.Timeout = RefreshTimeoutSeconds;
            await using var reader = await batch.ExecuteReaderAsync();
            var (version, _) = await ReadVersionAsync(reader);
            table.RefreshFrom(version);
            await RefreshAsync(reader, columns.ReadOrganization, organizations => table.Refresh(organizations, []));
            await reader.NextResultAsync();
            await RefreshAsync(reader, columns.ReadKey, keys => table.Refresh([], keys));
            table.EndRefresh();
            return version;
        }
        catch
        {
            table.AbandonRefresh();
            throw;
        }
    }

    private static async Task RefreshAsync<T>(
        NpgsqlDataReader reader, Func<NpgsqlDataReader, int, T> read, Action<List<T>> apply)
    {
        var batch = new List<T>(BatchSize);
        while (await reader.ReadAsync())
        {
            batch.Add(read(reader, 0));
            if (batch.Count == BatchSize)
            {
                apply(batch);
                batch.Clear();
            }
        }

        apply(batch);
    }

    private static ValueTask<NpgsqlTransaction> BeginAsync(NpgsqlConnection connection) =>
        connection.BeginTransactionAsync(System.Data.IsolationLevel.RepeatableRead);

    private static NpgsqlBatch NewBatch(NpgsqlConnection connection, NpgsqlTransaction transaction, string statements, long? since = null)
    {
        var batch = new NpgsqlBatch(connection, transaction);
        foreach (var statement in statements.Split(';'))
        {
            var command = new NpgsqlBatchCommand(statement);
            if (statement.Contains("$1", StringComparison.Ordinal))
            {
                command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = since!.Value });
            }

            batch.BatchCommands.Add(command);
        }

        return batch;
    }

    private static async Task<(long Version, long ReloadVersion)> ReadVersionAsync(NpgsqlDataReader reader)
    {
        if (!await reader.ReadAsync())
        {
            throw new InvalidOperationException("the table configuration_version is empty; it must have its one row");
        }

        var versions = (reader.GetInt64(0), reader.GetInt64(1));
        await reader.NextResultAsync();
        return versions;
    }
}
