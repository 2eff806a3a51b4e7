using Gateway.Quotas;
using Gateway.Tests.Fixtures;
using Npgsql;
using StackExchange.Redis;

namespace Gateway.Tests.Quotas;

/// <summary>A new organization with a quota: its counter in Redis, and what has arrived of it in PostgreSQL.</summary>
internal sealed class QuotaTenant(NpgsqlDataSource database, IDatabase redis, ManualTime time)
{
    public Guid Id { get; } = Guid.NewGuid();

    public Quota Quota { get; } = new(1_000_000, IsHard: true, TimeZoneInfo.Utc);

    public QuotaMonth Month => QuotaMonth.At(time.GetUtcNow(), Quota.TimeZone);

    private RedisKey Key => $"quota:{{{Id}}}:{Month.Name}";

    /// <summary>Units used by the counter; -1 where there is none.</summary>
    public async Task<long> UsedAsync() => (long?)await redis.HashGetAsync(Key, "used") ?? -1;

    public async Task<bool> IsEstimateAsync() => await redis.HashExistsAsync(Key, "estimate");

    public async Task<TimeSpan?> TimeToLiveAsync() => await redis.KeyTimeToLiveAsync(Key);

    /// <summary>As requests do it.</summary>
    public Task<long> DebitAsync(long units) => redis.HashIncrementAsync(Key, "used", units);

    /// <summary>Puts something in its place that no script can read.</summary>
    public Task BreakCounterAsync() => redis.StringSetAsync(Key, "broken");

    /// <summary>A request of that time has gone all the way.</summary>
    public async Task DeliverAsync(long units, DateTimeOffset? at = null)
    {
        await using var command = database.CreateCommand(
            """
            WITH event AS (
                INSERT INTO usage_events
                VALUES (gen_random_uuid(), $2, 'gateway/test', 1, $1, $1, gen_random_uuid(), 'default', 'GET', '/', 200, 'forwarded', true, $3, 1, 1, 1, 1))
            INSERT INTO usage_ledger AS ledger VALUES ($1, $1, 'default', date_trunc('hour', $2::timestamptz, 'UTC'), 1, 1, $3, 1, 1)
            ON CONFLICT (organization_id, api_key_id, route, hour) DO UPDATE SET billable_units = ledger.billable_units + $3
            """);
        command.Parameters.Add(new NpgsqlParameter { Value = Id });
        command.Parameters.Add(new NpgsqlParameter { Value = (at ?? time.GetUtcNow()).UtcDateTime });
        command.Parameters.Add(new NpgsqlParameter { Value = units });
        await command.ExecuteNonQueryAsync();
    }

    /// <summary>Keeps everybody from reading the ledger until it is disposed of.</summary>
    public async Task<IAsyncDisposable> LockLedgerAsync()
    {
        var connection = await database.OpenConnectionAsync();
        await using var command = new NpgsqlCommand("BEGIN; LOCK TABLE usage_ledger IN ACCESS EXCLUSIVE MODE", connection);
        await command.ExecuteNonQueryAsync();
        return connection;
    }
}
