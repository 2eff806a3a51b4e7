using Npgsql;

namespace Gateway.ApiKeys.Synchronization;

/// <summary>
/// This gateway in the table of all gateways: which version of the configuration it has applied, and that it is alive.
/// So an operator who revokes a key learns when it has stopped everywhere.
/// </summary>
internal sealed class GatewayInstance(KeyDatabase database, ApiKeyOptions options)
{
    private const string Upsert =
        """
        INSERT INTO gateway_instances (id, name, applied_version, maximum_age_seconds) VALUES ($1, $2, $3, $4)
        ON CONFLICT (id) DO UPDATE SET applied_version = excluded.applied_version, seen_at = now()
        """;

    // Those that ended without a word, long after the last of their keys has stopped.
    private const string DeleteDead = "DELETE FROM gateway_instances WHERE seen_at < now() - interval '7 days'";

    private const string Delete = "DELETE FROM gateway_instances WHERE id = $1";

    private readonly Guid _id = Guid.CreateVersion7();
    private bool _isRegistered;

    /// <summary>Every change up to that version holds here.</summary>
    public async Task ReportAsync(long appliedVersion, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        if (!_isRegistered)
        {
            await ExecuteAsync(connection, DeleteDead, cancellationToken);
            _isRegistered = true;
        }

        await ExecuteAsync(
            connection, Upsert, cancellationToken, _id, Environment.MachineName, appliedVersion, (int)options.MaximumAge.TotalSeconds);
    }

    /// <summary>Takes it out of the table: it answers no more requests.</summary>
    public async Task RemoveAsync(CancellationToken cancellationToken)
    {
        if (!_isRegistered)
        {
            return;
        }

        try
        {
            await using var connection = await database.OpenAsync(cancellationToken).AsTask().WaitAsync(options.QueryTimeout, cancellationToken);
            await ExecuteAsync(connection, Delete, cancellationToken, _id).WaitAsync(options.QueryTimeout, cancellationToken);
        }
        catch (Exception exception) when (exception is NpgsqlException or TimeoutException or OperationCanceledException)
        {
            // Then it stays as one that was last seen now, which is true.
        }
    }

    private static async Task ExecuteAsync(NpgsqlConnection connection, string sql, CancellationToken cancellationToken, params object[] values)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        foreach (var value in values)
        {
            command.Parameters.Add(new NpgsqlParameter { Value = value });
        }

        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
