using Gateway.LocalStack.Servers;
using Gateway.Testing;
using Gateway.Tests.Fixtures;

namespace Gateway.Tests.RateLimiting.Redis;

/// <summary>Whatever happens to Redis: nobody waits longer than the timeout, and within five seconds all is as it was.</summary>
public sealed class RedisFaultTests
{
    [Fact]
    public async Task Killed_Redis_delays_nobody_and_is_used_again_when_it_is_back_empty()
    {
        using var directory = new TemporaryDirectory();
        await using var redis = await RedisServer.StartAsync(directory.Path, FreePort.Next(), default);
        await using var user = await RedisUser.StartAsync(redis.Url);

        await redis.Process.KillAsync();
        await user.UntilUnavailableAsync();
        user.AssertNobodyWaited();

        await redis.StartProcessAsync(default);
        await user.UntilBackAsync();
        user.AssertNobodyWaited();
        Assert.NotEmpty(user.Logger.Of(280));
        Assert.Equal(user.Logger.Of(280).Count, user.Logger.Of(281).Count);
    }

    [Fact]
    public async Task Frozen_Redis_delays_nobody_and_is_used_again_when_it_goes_on()
    {
        using var directory = new TemporaryDirectory();
        await using var redis = await RedisServer.StartAsync(directory.Path, FreePort.Next(), default);
        await using var user = await RedisUser.StartAsync(redis.Url);

        redis.Process.Freeze();
        await user.UntilUnavailableAsync();

        // Long enough for the connection to be given up, and for another one that finds nobody either.
        await user.UntilReplacedAsync();
        redis.Process.Thaw();
        await user.UntilBackAsync();
        user.AssertNobodyWaited();
        await OnlyOneConnectionStaysAsync(redis);
    }

    [Fact]
    public async Task Connection_that_has_died_without_a_word_is_replaced()
    {
        using var directory = new TemporaryDirectory();
        await using var redis = await RedisServer.StartAsync(directory.Path, FreePort.Next(), default);
        await using var relay = new TcpRelay(redis.Port);
        await using var user = await RedisUser.StartAsync($"redis://127.0.0.1:{relay.Port}");

        Assert.NotEqual(0, relay.Silence("SETNAME"));
        await user.UntilUnavailableAsync();
        await user.UntilBackAsync();
        user.AssertNobodyWaited();
        await OnlyOneConnectionStaysAsync(redis);
    }

    [Theory]
    [InlineData("DEBUG SLEEP 0.8")]
    [InlineData("CLIENT PAUSE 800 ALL")]
    public async Task Slow_Redis_delays_nobody_and_is_used_again_when_it_is_quick(string command)
    {
        using var directory = new TemporaryDirectory();
        await using var redis = await RedisServer.StartAsync(directory.Path, FreePort.Next(), default, "--enable-debug-command", "yes");
        await using var user = await RedisUser.StartAsync(redis.Url);

        using var console = await RedisConsole.SendAsync(redis.Port, command);
        await user.UntilUnavailableAsync();
        await user.UntilBackAsync();
        user.AssertNobodyWaited();
    }

    [Theory]
    [InlineData("REPLICAOF 127.0.0.1 1", "REPLICAOF NO ONE", "READONLY")]
    [InlineData("CONFIG SET maxmemory 1", "CONFIG SET maxmemory 0", "OOM")]
    [InlineData("CONFIG SET min-replicas-to-write 1", "CONFIG SET min-replicas-to-write 0", "NOREPLICAS")]
    public async Task Redis_that_takes_no_writes_is_not_asked_until_it_does(string begin, string end, string reason)
    {
        using var directory = new TemporaryDirectory();
        await using var redis = await RedisServer.StartAsync(directory.Path, FreePort.Next(), default);
        await using var user = await RedisUser.StartAsync(redis.Url);

        await RedisConsole.TellAsync(redis.Port, begin);
        await user.UntilUnavailableAsync();
        Assert.Contains(
            user.Logger.Of(280),
            message => message.StartsWith($"limits are enforced by this gateway alone, Redis cannot: {reason}", StringComparison.Ordinal));

        await RedisConsole.TellAsync(redis.Port, end);
        await user.UntilBackAsync();
        user.AssertNobodyWaited();
        Assert.Empty(user.Logger.Of(282));
    }

    [Fact]
    public async Task Redis_that_has_forgotten_its_scripts_learns_them_without_a_call_failing()
    {
        using var directory = new TemporaryDirectory();
        await using var redis = await RedisServer.StartAsync(directory.Path, FreePort.Next(), default);
        await using var user = await RedisUser.StartAsync(redis.Url, ("RedisTimeoutMilliseconds", "5000"));

        // Whoever asks before the connection is there opens the circuit, too.
        var openedBefore = user.Logger.Of(280).Count;
        for (var round = 1; round <= 5; round++)
        {
            await RedisConsole.TellAsync(redis.Port, "SCRIPT FLUSH");
            var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => user.CountAsync("{flush}:count")));
            Assert.Equal(Enumerable.Range(1 + (20 * (round - 1)), 20).Select(static count => (long?)count), answers.Order());
        }

        Assert.Equal(openedBefore, user.Logger.Of(280).Count);
    }

    [Fact]
    public async Task Replica_that_was_made_the_primary_takes_over()
    {
        using var directory = new TemporaryDirectory();
        await using var primary = await RedisServer.StartAsync(directory.Combine("primary"), FreePort.Next(), default);
        await using var replica = await RedisServer.StartAsync(
            directory.Combine("replica"), FreePort.Next(), default, "--replicaof", "127.0.0.1", $"{primary.Port}", "--repl-diskless-sync-delay", "0");
        await Eventually.IsTrueAsync(
            async () => (await RedisConsole.ReadAsync(replica.Port, "INFO replication")).Contains("master_link_status:up", StringComparison.Ordinal),
            "the replica has a copy");
        await using var user = await RedisUser.StartAsync($"{primary.Url},127.0.0.1:{replica.Port}");
        Assert.Equal(1, await user.CountAsync("{failover}:count"));
        await Eventually.EqualsAsync(
            0, async () => (await RedisConsole.ReadAsync(replica.Port, "INFO keyspace")).Contains("keys=", StringComparison.Ordinal) ? 0 : 1);

        await primary.Process.KillAsync();
        await user.UntilUnavailableAsync();
        await RedisConsole.TellAsync(replica.Port, "REPLICAOF NO ONE");
        await user.UntilBackAsync();
        user.AssertNobodyWaited();
        Assert.Equal(2, await user.CountAsync("{failover}:count"));
    }

    private static async Task OnlyOneConnectionStaysAsync(RedisServer redis) => await Eventually.EqualsAsync(
        1, async () => (await RedisConsole.ReadAsync(redis.Port, "CLIENT LIST")).Split("name=gateway ").Length - 1);
}
