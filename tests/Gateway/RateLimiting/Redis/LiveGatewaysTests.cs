using System.Diagnostics;
using Gateway.LocalStack.Servers;
using Gateway.RateLimiting.Redis;
using Gateway.Testing;

namespace Gateway.Tests.RateLimiting.Redis;

public sealed class LiveGatewaysTests
{
    private static readonly (string Name, string Value) Patient = ("RedisTimeoutMilliseconds", "2000");
    private static readonly TimeSpan WentBy = TimeSpan.FromSeconds(3.5);

    [Fact]
    public async Task Gateways_count_each_other_and_not_one_that_has_left()
    {
        using var directory = new TemporaryDirectory();
        await using var redis = await RedisServer.StartAsync(directory.Path, FreePort.Next(), default);
        await using var first = await RedisUser.StartAsync(redis.Url, Patient);
        await using (await RedisUser.StartAsync(redis.Url, Patient))
        {
            await Eventually.EqualsAsync(2, () => Task.FromResult(first.Gateways.Count), TimeSpan.FromSeconds(5));
        }

        await Eventually.EqualsAsync(1, () => Task.FromResult(first.Gateways.Count), TimeSpan.FromSeconds(3));
    }

    [Fact]
    public async Task Gateway_that_ended_without_a_word_is_forgotten_after_five_to_six_seconds()
    {
        using var directory = new TemporaryDirectory();
        await using var redis = await RedisServer.StartAsync(directory.Path, FreePort.Next(), default);
        await using var first = await RedisUser.StartAsync(redis.Url, Patient);
        await using var second = await RedisUser.StartAsync(redis.Url, Patient);
        await Eventually.EqualsAsync(2, () => Task.FromResult(first.Gateways.Count), TimeSpan.FromSeconds(5));

        // Most of the silence goes by at once: Redis has heard of everybody that much earlier.
        second.Connection.Dispose();
        var (ended, awake) = (Stopwatch.GetTimestamp(), AwakeTime.Start());
        await RedisConsole.TellAsync(
            redis.Port,
            $"EVAL \"for _, gateway in ipairs(redis.call('ZRANGE', KEYS[1], 0, -1)) do redis.call('ZINCRBY', KEYS[1], -{WentBy.TotalMilliseconds}, gateway) end\" 1 {LiveGateways.Key}");
        await Eventually.EqualsAsync(1, () => Task.FromResult(first.Gateways.Count), TimeSpan.FromSeconds(10));

        // Its last heartbeat was up to one second before the end.
        Assert.True(WentBy + Stopwatch.GetElapsedTime(ended) > TimeSpan.FromSeconds(3.9));
        Assert.True(WentBy + awake.Elapsed < TimeSpan.FromSeconds(6.5), $"{WentBy + awake.Elapsed}");
    }

    [Fact]
    public async Task Count_stands_while_Redis_is_away_and_when_it_comes_back_empty()
    {
        using var directory = new TemporaryDirectory();
        await using var redis = await RedisServer.StartAsync(directory.Path, FreePort.Next(), default);
        await using var first = await RedisUser.StartAsync(redis.Url);
        await using var second = await RedisUser.StartAsync(redis.Url);
        await Eventually.EqualsAsync((2, 2), () => Task.FromResult((first.Gateways.Count, second.Gateways.Count)), TimeSpan.FromSeconds(5));

        await redis.Process.KillAsync();
        await first.UntilUnavailableAsync();
        await redis.StartProcessAsync(default);
        var fewest = 2;
        await Eventually.EqualsAsync("2", async () =>
        {
            fewest = Math.Min(fewest, Math.Min(first.Gateways.Count, second.Gateways.Count));
            return (await RedisConsole.TellAsync(redis.Port, "ZCARD gateways"))[1..];
        });
        fewest = Math.Min(fewest, Math.Min(first.Gateways.Count, second.Gateways.Count));

        Assert.Equal(2, fewest);
    }
}
