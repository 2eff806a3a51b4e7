using System.Collections.Concurrent;
using Gateway.ApiKeys.Synchronization;
using Npgsql;

namespace Gateway.ApiKeys.LastUse;

/// <summary>
/// Writes when keys were last used: once a minute for those that were, in one statement, never in a request's way.
/// What cannot be written is kept for the next time; a gateway that is killed forgets a minute.
/// </summary>
internal sealed partial class LastUseRecorder(
    KeyDatabase database, ApiKeyOptions options, TimeProvider timeProvider, ILogger<LastUseRecorder> logger) : BackgroundService
{
    // In the order of their ids, so that gateways which write at the same time wait for each other instead of locking each other out.
    private const string Upsert =
        """
        INSERT INTO api_key_last_used (api_key_id, last_used_at)
        SELECT used.id, used.at
        FROM unnest($1::uuid[], $2::timestamptz[]) AS used (id, at)
        JOIN api_keys ON api_keys.id = used.id
        ORDER BY used.id
        ON CONFLICT (api_key_id) DO UPDATE
        SET last_used_at = excluded.last_used_at WHERE api_key_last_used.last_used_at < excluded.last_used_at
        """;

    // What one statement writes within its time, whatever the number of keys.
    private const int BatchSize = 5_000;

    private readonly ConcurrentQueue<ApiKey> _used = new();

    /// <summary>A request came with this key. No allocation, and but for the first in a minute no lock.</summary>
    public void Record(ApiKey key, DateTimeOffset moment)
    {
        if (key.RecordUse(moment))
        {
            _used.Enqueue(key);
        }
    }

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        await WriteAllAsync(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(options.LastUseInterval, timeProvider);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            await WriteAllAsync(stoppingToken);
        }
    }

    private async Task WriteAllAsync(CancellationToken cancellationToken)
    {
        for (var remaining = _used.Count; remaining > 0; remaining -= BatchSize)
        {
            if (!await WriteBatchAsync(Math.Min(remaining, BatchSize), cancellationToken))
            {
                return;
            }
        }
    }

    private async Task<bool> WriteBatchAsync(int count, CancellationToken cancellationToken)
    {
        // A key that was changed meanwhile is here twice, as the old and as the new object.
        Dictionary<Guid, DateTimeOffset> times = [];
        List<ApiKey> keys = [];
        while (keys.Count < count && _used.TryDequeue(out var key))
        {
            keys.Add(key);
            var usedAt = key.TakeUse();
            times[key.Id] = times.TryGetValue(key.Id, out var other) && other > usedAt ? other : usedAt;
        }

        try
        {
            await WriteAsync(times).WaitAsync(options.QueryTimeout, timeProvider, cancellationToken);
            return true;
        }
        catch (Exception exception)
        {
            // Whatever it was: this is not worth the gateway, which would stop with this loop.
            LastUseNotWritten(exception.Message);
            foreach (var key in keys)
            {
                Record(key, key.LastUsedAt);
            }

            return false;
        }
    }

    private async Task WriteAsync(Dictionary<Guid, DateTimeOffset> times)
    {
        await using var connection = await database.OpenAsync();
        await using var command = new NpgsqlCommand(Upsert, connection)
        {
            Parameters = { new() { Value = times.Keys.ToArray() }, new() { Value = times.Values.ToArray() } },
        };
        await command.ExecuteNonQueryAsync();
    }

    [LoggerMessage(208, LogLevel.Warning, "when keys were last used could not be written, it is tried again: {Reason}")]
    private partial void LastUseNotWritten(string reason);
}
