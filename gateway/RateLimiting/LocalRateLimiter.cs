using System.Collections.Concurrent;

namespace Gateway.RateLimiting;

/// <summary>
/// Decides in this process while Redis cannot: each gateway by itself, on buckets that start with what Redis said last.
/// A short break therefore neither empties a bucket nor fills it up.
/// </summary>
internal sealed class LocalRateLimiter(TimeProvider timeProvider)
{
    private readonly ConcurrentDictionary<Guid, OrganizationBuckets> _organizations = new();

    /// <summary>Remembers what Redis said.</summary>
    public void Observe(RateLimitDecision decision)
    {
        var organization = _organizations.GetOrAdd(decision.Policy.OrganizationId, static _ => new OrganizationBuckets());
        lock (organization)
        {
            organization.Set(decision, NowMilliseconds);
        }
    }

    /// <summary>Takes the cost from every bucket, or from none.</summary>
    public RateLimitDecision Decide(RateLimitPolicy policy, long cost)
    {
        var organization = _organizations.GetOrAdd(policy.OrganizationId, static _ => new OrganizationBuckets());
        lock (organization)
        {
            return organization.Decide(policy, cost, NowMilliseconds);
        }
    }

    private long NowMilliseconds => timeProvider.GetUtcNow().ToUnixTimeMilliseconds();

    private sealed class OrganizationBuckets
    {
        private TokenBucket[]? _buckets;

        public void Set(RateLimitDecision decision, long now)
        {
            _buckets ??= new TokenBucket[decision.States.Length];
            for (var index = 0; index < decision.States.Length; index++)
            {
                _buckets[index] = new TokenBucket(decision.States[index].Remaining, now);
            }
        }

        public RateLimitDecision Decide(RateLimitPolicy policy, long cost, long now)
        {
            // Redis takes a bucket that it does not know for a full one; so does this.
            _buckets ??= [.. policy.Buckets.Select(bucket => new TokenBucket(bucket.Size.Burst, now))];
            long retryAfter = 0;
            for (var index = 0; index < _buckets.Length; index++)
            {
                _buckets[index].Refill(policy.Buckets[index], now);
                retryAfter = Math.Max(retryAfter, _buckets[index].MillisecondsUntil(cost, policy.Buckets[index]));
            }

            var states = new BucketState[_buckets.Length];
            for (var index = 0; index < _buckets.Length; index++)
            {
                if (retryAfter == 0)
                {
                    _buckets[index].Take(cost);
                }

                var bucket = policy.Buckets[index];
                states[index] = new BucketState(_buckets[index].Tokens, _buckets[index].MillisecondsUntil(bucket.Size.Burst, bucket));
            }

            return new RateLimitDecision(policy, retryAfter == 0, retryAfter, states);
        }
    }
}
