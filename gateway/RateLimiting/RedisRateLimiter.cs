using System.Reflection;
using Gateway.Hosting.Startup;
using Gateway.RateLimiting.Limits;
using StackExchange.Redis;

namespace Gateway.RateLimiting;

/// <summary>Decides in Redis, where every gateway sees the same buckets: one script call a request, all or nothing.</summary>
internal sealed class RedisRateLimiter(IConnectionMultiplexer redis)
{
    private static readonly string Script = ReadScript();

    /// <summary>Takes one unit from every bucket, or from none.</summary>
    /// <exception cref="RedisException">Redis cannot decide.</exception>
    public async Task<RateLimitDecision> DecideAsync(RateLimitPolicy policy)
    {
        RedisResult result;
        try
        {
            result = await EvaluateAsync(policy);
        }
        catch (RedisServerException exception) when (exception.Message.StartsWith("NOSCRIPT", StringComparison.Ordinal))
        {
            // Redis was restarted or its scripts were flushed. The client has noticed and loads the script again.
            result = await EvaluateAsync(policy);
        }

        var answer = (RedisValue[])result!;
        var states = new BucketState[policy.Buckets.Length];
        for (var index = 0; index < states.Length; index++)
        {
            states[index] = new BucketState((long)answer[2 + (2 * index)], (long)answer[3 + (2 * index)]);
        }

        return new RateLimitDecision(policy, (long)answer[0] == 1, (long)answer[1], states);
    }

    private Task<RedisResult> EvaluateAsync(RateLimitPolicy policy) =>
        redis.GetDatabase().ScriptEvaluateAsync(Script, policy.RedisKeys, policy.RedisArguments);

    private static string ReadScript()
    {
        using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream("token_buckets.lua")!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}

/// <summary>Redis, with the script loaded and tried once.</summary>
internal sealed class RedisDependency(IConnectionMultiplexer redis, RedisRateLimiter limiter) : IDependency
{
    // An organization that does not exist; its buckets vanish within a second.
    private static readonly RateLimitPolicy Probe =
        RateLimitPolicy.Create(Guid.Empty, new BucketSize(BucketSize.Maximum, 1), new BucketSize(BucketSize.Maximum, 1));

    public string Name => $"Redis at {string.Join(", ", redis.GetEndPoints().Select(Describe))}";

    public Task CheckAsync(CancellationToken cancellationToken) => limiter.DecideAsync(Probe).WaitAsync(cancellationToken);

    private static string Describe(System.Net.EndPoint endPoint) =>
        endPoint is System.Net.DnsEndPoint dns ? $"{dns.Host}:{dns.Port}" : $"{endPoint}";
}
