using Gateway.Hosting.Startup;

namespace Gateway.RateLimiting.Redis;

/// <summary>Redis, reached and able to run a script that writes.</summary>
internal sealed class RedisDependency(RedisConnection connection, LiveGateways gateways) : IDependency
{
    public string Name => $"Redis at {connection.Description}";

    public Task CheckAsync(CancellationToken cancellationToken) => gateways.RegisterAsync().WaitAsync(cancellationToken);
}
