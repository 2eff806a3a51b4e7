using Gateway.RateLimiting.Redis;
using Npgsql;

namespace Gateway.ApiKeys.Synchronization;

/// <summary>
/// This gateway in the table of all gateways: which version of the configuration it has applied, and that it is alive.
/// So an operator who revokes a key learns when it has stopped everywhere, and a gateway that starts while Redis is away with how
/// many others it shares the limits.
/// </summary>
internal sealed class GatewayInstance(KeyDatabase database, LiveGateways gateways, ApiKeyOptions options)
{
    private const string Upsert =
        """
        INSERT INTO gateway_instances (id, name, applied_version, maximum_age_seconds) VALUES ($1, $2, $3, $4)
        ON CONFLICT (id) DO UPDATE SET applied_version = excluded.applied_version, seen_at = now()
        RETURNING (SELECT count(*) FROM gateway_instances AS other WHERE other.id <> $1 AND other.seen_at > now() - interval '15 seconds')
        """;

    // Those that ended without a word, long after the last of their keys has stopped.
    private const string DeleteDead = "DELETE FROM gateway_instances WHERE seen_at < now() - interval '7 days'";

    private const string Delete = "DELETE FROM gateway_instances WHERE id = $1";

    private readonly Guid _id = Guid.CreateVersion7();
    private Task _report = Task.CompletedTask;
    private bool _isRegistered;

    /// <summary>Every change up to that version holds here.</summary>
    public Task ReportAsync(long appliedVersion) => _report = WriteAsync(appliedVersion);

    /// <summary>Takes it out of the table: it answers no more requests.</summary>
    public async Task RemoveAsync()
    {
        try
        {
            await DeleteAsync().WaitAsync(options.QueryTimeout);
        }
        catch (Exception exception) when (exception is NpgsqlException or TimeoutException)
        {
            // Then it stays as one that was last seen now, which is true.
        }
    }

    private async Task WriteAsync(long appliedVersion)
    {
        await using var connection = await database.OpenAsync();
        if (!_isRegistered)
        {
            await ExecuteAsync(connection, DeleteDead);
            _isRegistered = true;
        }

        var others = await ExecuteAsync(connection, Upsert, _id, Environment.MachineName, appliedVersion, (int)options.MaximumAge.TotalSeconds);
        gateways.Suppose(1 + (int)(long)others!);
    }

    private async Task DeleteAsync()
    {
        // A report that nobody waited for would bring it back.
        await _report.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (_isRegistered)
        {
            await using var connection = await database.OpenAsync();
            await ExecuteAsync(connection, Delete, _id);
        }
    }

    private static async Task<object?> ExecuteAsync(NpgsqlConnection connection, string sql, params object[] values)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        foreach (var value in values)
        {
            command.Parameters.Add(new NpgsqlParameter { Value = value });
        }

        return await command.ExecuteScalarAsync();
    }
}
