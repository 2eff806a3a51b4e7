using Gateway.RateLimiting.Redis;
using StackExchange.Redis;

namespace Gateway.RateLimiting;

/// <summary>Decides in Redis, where every gateway sees the same buckets: one script call a request, all or nothing.</summary>
internal sealed class RedisRateLimiter(RedisScripts scripts)
{
    private static readonly RedisScript Script = RedisScript.Embedded("token_buckets.lua");

    /// <summary>Takes one unit from every bucket, or from none.</summary>
    /// <exception cref="RedisUnavailableException">Redis cannot decide.</exception>
    public async Task<RateLimitDecision> DecideAsync(RateLimitPolicy policy)
    {
        var result = await scripts.RunAsync(Script, policy.RedisKeys, policy.RedisArguments);
        var answer = (RedisValue[])result!;
        var states = new BucketState[policy.Buckets.Length];
        for (var index = 0; index < states.Length; index++)
        {
            states[index] = new BucketState((long)answer[2 + (2 * index)], (long)answer[3 + (2 * index)]);
        }

        return new RateLimitDecision(policy, (long)answer[0] == 1, (long)answer[1], states);
    }
}
