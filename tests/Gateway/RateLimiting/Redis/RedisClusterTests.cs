using Gateway.LocalStack.Servers;
using Gateway.RateLimiting.Redis;
using Gateway.Testing;

namespace Gateway.Tests.RateLimiting.Redis;

public sealed class RedisClusterTests
{
    private const string Key = "{test}:count";

    [Fact]
    public async Task Slot_that_moves_while_it_is_used_loses_nothing_and_delays_nobody()
    {
        using var directory = new TemporaryDirectory();
        await using var cluster = await RedisCluster.StartAsync(directory);
        await using var user = await RedisUser.StartAsync($"redis://127.0.0.1:{cluster.Nodes[0].Port},127.0.0.1:{cluster.Nodes[1].Port}", RedisUser.Patient);
        var saidBefore = user.Logger.All.Count;
        var slot = await RedisCluster.SlotOfAsync(cluster.Nodes[0], Key);
        var owner = cluster.FirstOwnerOf(slot);
        var other = cluster.Nodes.First(node => node != owner);
        var counts = new List<long>();
        using var isOver = new CancellationTokenSource();
        var calls = CallAsync(user, counts, isOver.Token);

        await cluster.MoveAsync(slot, Key, owner, other);
        await user.UntilBackAsync();
        await cluster.MoveAsync(slot, Key, other, owner);
        await user.UntilBackAsync();
        await isOver.CancelAsync();
        await calls;

        // Each call that was answered was carried out once, before and after.
        Assert.Equal(counts.Count, counts.Distinct().Count());
        Assert.Equal(counts.Order(), counts);
        user.AssertNobodyWaited();
        Assert.Equal(string.Empty, string.Join('\n', user.Logger.All.Skip(saidBefore)));
    }

    [Fact]
    public async Task Node_that_died_takes_the_cluster_with_it_and_both_come_back()
    {
        using var directory = new TemporaryDirectory();
        await using var cluster = await RedisCluster.StartAsync(directory);
        await using var user = await RedisUser.StartAsync($"redis://127.0.0.1:{cluster.Nodes[0].Port}");
        var owner = cluster.FirstOwnerOf(await RedisCluster.SlotOfAsync(cluster.Nodes[0], Key));

        await owner.Process.KillAsync();
        await user.UntilUnavailableAsync();
        await owner.StartProcessAsync(default);
        await Eventually.IsTrueAsync(
            async () => (await RedisConsole.ReadAsync(owner.Port, "CLUSTER INFO")).Contains("cluster_state:ok", StringComparison.Ordinal),
            "the cluster is whole again");
        await user.UntilBackAsync();
        user.AssertNobodyWaited();
    }

    [Fact]
    public async Task Silent_node_keeps_everybody_from_waiting_for_it_until_its_connection_is_given_up()
    {
        using var directory = new TemporaryDirectory();
        await using var cluster = await RedisCluster.StartAsync(directory, nodeTimeoutMilliseconds: 20_000);
        await using var user = await RedisUser.StartAsync($"redis://127.0.0.1:{cluster.Nodes[0].Port}");
        var heart = cluster.FirstOwnerOf(await RedisCluster.SlotOfAsync(cluster.Nodes[0], LiveGateways.Key));
        var silent = cluster.Nodes.First(node => node != heart && node != cluster.Nodes[0]);
        var key = await KeyOfAsync(cluster, silent);
        await Eventually.EqualsAsync(1, async () => await user.CountAsync(key) is null ? 0 : 1);

        var closings = user.Logger.Of(281).Count;
        var connection = user.Connection.Database;
        silent.Process.Freeze();
        await Eventually.IsTrueAsync(
            async () => await user.CountAsync(key) is null && !user.Scripts.IsAvailable, "the circuit is open", TimeSpan.FromSeconds(5));

        // A fresh client has no connection to it, and nobody waits for it any more: then the circuit may close.
        var closingsBefore = closings;
        await Eventually.IsTrueAsync(
            () =>
            {
                var soFar = user.Logger.Of(281).Count;
                var isReplaced = user.Connection.Database != connection;
                closingsBefore = isReplaced ? closingsBefore : soFar;
                return Task.FromResult(isReplaced);
            },
            "the connection was replaced",
            TimeSpan.FromSeconds(10));
        Assert.Equal(closings, closingsBefore);

        silent.Process.Thaw();
        await Eventually.IsTrueAsync(
            async () => user.Scripts.IsAvailable && await user.CountAsync(key) is not null, "its keys are used again", RedisUser.BackToNormal);
        user.AssertNobodyWaited();
    }

    private static async Task<string> KeyOfAsync(RedisCluster cluster, RedisServer node)
    {
        for (var number = 0; ; number++)
        {
            var key = $"{{{number}}}:count";
            if (cluster.FirstOwnerOf(await RedisCluster.SlotOfAsync(node, key)) == node)
            {
                return key;
            }
        }
    }

    private static async Task CallAsync(RedisUser user, List<long> counts, CancellationToken isOver)
    {
        while (!isOver.IsCancellationRequested)
        {
            if (await user.CountAsync(Key) is { } count)
            {
                counts.Add(count);
            }
        }
    }
}
