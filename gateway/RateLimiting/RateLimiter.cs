using Gateway.RateLimiting.Redis;

namespace Gateway.RateLimiting;

/// <summary>Redis decides; while it cannot, this gateway decides by itself. Never an error.</summary>
internal sealed class RateLimiter(RedisScripts scripts, RedisRateLimiter redis, LocalRateLimiter local)
{
    /// <summary>Takes one unit from every bucket of the policy, or from none.</summary>
    public async ValueTask<RateLimitDecision> DecideAsync(RateLimitPolicy policy)
    {
        if (scripts.IsAvailable)
        {
            try
            {
                var decision = await redis.DecideAsync(policy);
                local.Observe(decision);
                return decision;
            }
            catch (RedisUnavailableException)
            {
                // Then as if we had not asked.
            }
        }

        return local.Decide(policy, cost: 1);
    }
}
