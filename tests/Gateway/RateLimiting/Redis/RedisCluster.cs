using Gateway.LocalStack.Servers;
using Gateway.Testing;

namespace Gateway.Tests.RateLimiting.Redis;

/// <summary>A Redis Cluster of three nodes without replicas.</summary>
internal sealed class RedisCluster : IAsyncDisposable
{
    private const int Slots = 16_384;
    private const int NodeCount = 3;

    private readonly List<RedisServer> _nodes = [];

    public IReadOnlyList<RedisServer> Nodes => _nodes;

    public static async Task<RedisCluster> StartAsync(TemporaryDirectory directory, int nodeTimeoutMilliseconds = 1_000)
    {
        var cluster = new RedisCluster();
        var busPorts = new List<int>();
        for (var index = 0; index < NodeCount; index++)
        {
            busPorts.Add(FreePort.Next());
            cluster._nodes.Add(await RedisServer.StartAsync(
                directory.Combine($"node{index}"),
                FreePort.Next(),
                default,
                "--cluster-enabled", "yes", "--cluster-port", $"{busPorts[index]}", "--cluster-node-timeout", $"{nodeTimeoutMilliseconds}"));
            await RedisConsole.TellAsync(
                cluster._nodes[index].Port, $"CLUSTER ADDSLOTSRANGE {Slots * index / NodeCount} {(Slots * (index + 1) / NodeCount) - 1}");
            await RedisConsole.TellAsync(cluster._nodes[index].Port, $"CLUSTER SET-CONFIG-EPOCH {index + 1}");
        }

        for (var index = 1; index < NodeCount; index++)
        {
            await RedisConsole.TellAsync(cluster._nodes[0].Port, $"CLUSTER MEET 127.0.0.1 {cluster._nodes[index].Port} {busPorts[index]}");
        }

        foreach (var node in cluster._nodes)
        {
            await Eventually.IsTrueAsync(
                async () =>
                {
                    var state = await RedisConsole.ReadAsync(node.Port, "CLUSTER INFO");
                    return state.Contains("cluster_state:ok", StringComparison.Ordinal) && state.Contains($"cluster_size:{NodeCount}", StringComparison.Ordinal);
                },
                "the cluster is whole");
        }

        return cluster;
    }

    /// <summary>The node that holds the slot when the cluster is new.</summary>
    public RedisServer FirstOwnerOf(int slot) => _nodes.Last(node => Slots * _nodes.IndexOf(node) / NodeCount <= slot);

    public static async Task<int> SlotOfAsync(RedisServer node, string key) =>
        int.Parse((await RedisConsole.TellAsync(node.Port, $"CLUSTER KEYSLOT {key}"))[1..]);

    /// <summary>Moves a slot with the one key in it, as redis-cli --cluster reshard does.</summary>
    public async Task MoveAsync(int slot, string key, RedisServer from, RedisServer to)
    {
        var fromId = await RedisConsole.ReadAsync(from.Port, "CLUSTER MYID");
        var toId = await RedisConsole.ReadAsync(to.Port, "CLUSTER MYID");
        await RedisConsole.TellAsync(to.Port, $"CLUSTER SETSLOT {slot} IMPORTING {fromId}");
        await RedisConsole.TellAsync(from.Port, $"CLUSTER SETSLOT {slot} MIGRATING {toId}");
        await RedisConsole.TellAsync(from.Port, $"MIGRATE 127.0.0.1 {to.Port} {key} 0 1000");
        await RedisConsole.TellAsync(to.Port, $"CLUSTER SETSLOT {slot} NODE {toId}");
        foreach (var node in _nodes.Except([to]))
        {
            await RedisConsole.TellAsync(node.Port, $"CLUSTER SETSLOT {slot} NODE {toId}");
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var node in _nodes)
        {
            await node.DisposeAsync();
        }
    }
}
