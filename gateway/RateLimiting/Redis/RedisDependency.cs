using Gateway.Hosting.Startup;

namespace Gateway.RateLimiting.Redis;

/// <summary>
/// Redis, reached and able to run a script that writes. A start waits for it a little, so that the first requests are not decided
/// without it while its connection is being made; but an outage of Redis keeps no gateway from starting.
/// </summary>
internal sealed class RedisDependency(RedisConnection connection, LiveGateways gateways) : IDependency
{
    public TimeSpan? Patience => TimeSpan.FromSeconds(5);

    public string Name => $"Redis at {connection.Description}";

    public Task CheckAsync(CancellationToken cancellationToken) => gateways.RegisterAsync().WaitAsync(cancellationToken);
}
