using Gateway.Testing;
using StackExchange.Redis;

namespace Gateway.Tests.RateLimiting.Buckets;

/// <summary>A connection to Redis for all tests of a class that run the script themselves.</summary>
public sealed class ScriptedRedis(TestServers servers) : IAsyncLifetime
{
    private ConnectionMultiplexer _connection = null!;

    internal IDatabase Database => _connection.GetDatabase();

    internal BucketScript Script { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        _connection = await ConnectionMultiplexer.ConnectAsync($"127.0.0.1:{(await servers.RedisAsync()).Port},syncTimeout=30000");
        Script = new BucketScript(Database);
    }

    // Not on the thread that reads answers: the client would wait there for itself.
    public async ValueTask DisposeAsync() => await Task.Run(_connection.Dispose);
}
