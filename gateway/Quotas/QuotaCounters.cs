using System.Globalization;
using Gateway.RateLimiting.Redis;
using StackExchange.Redis;

namespace Gateway.Quotas;

/// <summary>The counters of months in Redis, but for what requests do with them.</summary>
internal sealed class QuotaCounters(RedisScripts redis)
{
    private static readonly RedisScript Seed = RedisScript.Embedded("quota_seed.lua");
    private static readonly RedisScript Look = RedisScript.Embedded("quota_look.lua");
    private static readonly RedisScript Settle = RedisScript.Embedded("quota_settle.lua");

    // The first number of quota_look.lua's answer.
    private const int IsOurTurn = 2;

    /// <summary>The key of a month's counter: <c>quota:{organization id}:2026-11</c>, on the same node as the organization's buckets.</summary>
    public static RedisKey KeyOf(Guid organizationId, in QuotaMonth month) =>
        string.Create(CultureInfo.InvariantCulture, $"quota:{{{organizationId}}}:{month.Name}");

    /// <summary>Gives a counter a beginning; one that is there is never lowered.</summary>
    /// <exception cref="RedisUnavailableException">Redis cannot.</exception>
    public async Task SeedAsync(Guid organizationId, QuotaMonth month, long used, bool isEstimate) =>
        await redis.RunAsync(Seed, [KeyOf(organizationId, month)], [used, isEstimate ? 1 : 0, month.ExpiresAt.ToUnixTimeSeconds()]);

    /// <summary>Begins to compare a counter with the ledger; null where it is not there or another gateway's turn.</summary>
    /// <exception cref="RedisUnavailableException">Redis cannot.</exception>
    public async Task<CounterLook?> LookAsync(Guid organizationId, QuotaMonth month, DateTimeOffset now, TimeSpan othersAreKeptAway)
    {
        var answer = (RedisValue[])(await redis.RunAsync(
            Look, [KeyOf(organizationId, month)], [now.ToUnixTimeMilliseconds(), (long)othersAreKeptAway.TotalMilliseconds]))!;
        return (long)answer[0] == IsOurTurn
            ? new CounterLook((long)answer[1], (long)answer[2], (long)answer[3], DateTimeOffset.FromUnixTimeMilliseconds((long)answer[4]))
            : null;
    }

    /// <summary>Corrects a counter by the ledger, which was read after the look.</summary>
    /// <exception cref="RedisUnavailableException">Redis cannot.</exception>
    public async Task<CounterCorrection> SettleAsync(
        Guid organizationId, QuotaMonth month, LedgerUse ledger, long seenBefore, DateTimeOffset now, TimeSpan excessDuration)
    {
        var answer = (RedisValue[])(await redis.RunAsync(
            Settle,
            [KeyOf(organizationId, month)],
            [ledger.Units, ledger.HasArrived ? 1 : 0, seenBefore, now.ToUnixTimeMilliseconds(), (long)excessDuration.TotalMilliseconds]))!;
        return new CounterCorrection((long)answer[0], (long)answer[1]);
    }
}

/// <summary>What a look at a counter found.</summary>
/// <param name="Used">Units used.</param>
/// <param name="SeenBefore">Units used at the look before; -1 if there was none.</param>
/// <param name="LookedBeforeMilliseconds">When that was, in Unix time; -1 if there was none.</param>
/// <param name="GrownAt">The counter has not grown since the look after this moment.</param>
internal readonly record struct CounterLook(long Used, long SeenBefore, long LookedBeforeMilliseconds, DateTimeOffset GrownAt)
{
    /// <summary>How long ago the look before was; longer than anything if there was none.</summary>
    public TimeSpan SinceLookBefore(DateTimeOffset now) => LookedBeforeMilliseconds < 0
        ? TimeSpan.MaxValue
        : now - DateTimeOffset.FromUnixTimeMilliseconds(LookedBeforeMilliseconds);
}

/// <summary>What became of a counter.</summary>
/// <param name="Used">Units used from now on.</param>
/// <param name="Added">Units that were added, or taken away where it is negative.</param>
internal readonly record struct CounterCorrection(long Used, long Added);
