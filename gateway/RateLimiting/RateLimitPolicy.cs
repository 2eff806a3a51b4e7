using Gateway.RateLimiting.Limits;
using StackExchange.Redis;

namespace Gateway.RateLimiting;

/// <summary>An organization's buckets with everything that is the same for each of its requests, made once.</summary>
internal sealed class RateLimitPolicy
{
    private RateLimitPolicy(Guid organizationId, RateLimitBucket[] buckets)
    {
        OrganizationId = organizationId;
        Buckets = buckets;
        PolicyHeader = string.Join(", ", buckets.Select(bucket => bucket.PolicyText));

        // The braces are a hash tag: on Redis Cluster all of an organization's buckets are in one slot, for one script call.
        RedisKeys = [.. buckets.Select(bucket => (RedisKey)$"ratelimit:{{{organizationId}}}:{bucket.Name}")];
        RedisArguments =
        [
            1,
            .. buckets.SelectMany(bucket => (RedisValue[])[bucket.Size.Limit, bucket.Size.Burst, bucket.PeriodMilliseconds]),
        ];
    }

    public Guid OrganizationId { get; }

    /// <summary>Every request takes from all of them, or from none.</summary>
    public RateLimitBucket[] Buckets { get; }

    /// <summary>The value of RateLimit-Policy.</summary>
    public string PolicyHeader { get; }

    /// <summary>KEYS of the script.</summary>
    public RedisKey[] RedisKeys { get; }

    /// <summary>ARGV of the script for a request that costs one unit.</summary>
    public RedisValue[] RedisArguments { get; }

    public static RateLimitPolicy Create(Guid organizationId, BucketSize perMinute, BucketSize perDay) => new(
        organizationId,
        [
            new RateLimitBucket("minute", RateLimitBucket.MillisecondsPerMinute, perMinute),
            new RateLimitBucket("day", RateLimitBucket.MillisecondsPerDay, perDay),
        ]);
}
