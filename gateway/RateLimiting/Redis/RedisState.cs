using Gateway.Hosting.Observability;

namespace Gateway.RateLimiting.Redis;

/// <summary>Redis is up while the circuit is closed; a call that fails some times opens it, and there is one a second at least.</summary>
internal sealed class RedisState(RedisConnection connection, RedisScripts scripts) : IDependencyState
{
    public string Dependency => "redis";

    public bool IsUp => connection.Database is not null && scripts.IsAvailable;
}
