using StackExchange.Redis;

namespace Gateway.RateLimiting.Limits;

/// <summary>
/// All limits that a request takes from, or none of them, with what is the same for each such request made once: those of
/// an organization, and where they have their own, of the key and of the route.
/// </summary>
internal sealed class RequestLimits
{
    /// <summary>The most limits that a request can have.</summary>
    public const int Maximum = 5;

    public RequestLimits(Limit[] limits)
    {
        Limits = limits;
        Keys = Array.ConvertAll(limits, static limit => limit.Bucket.Key);
        HasQuota = limits.Any(static limit => limit.Quota is not null);
        PolicyHeader = string.Join(", ", limits.Where(static limit => limit.IsShown).Select(static limit => limit.PolicyText));
    }

    public Limit[] Limits { get; }

    /// <summary>KEYS of the script.</summary>
    public RedisKey[] Keys { get; }

    /// <summary>Whether one of them is a quota: only those are given back what is not billed.</summary>
    public bool HasQuota { get; }

    /// <summary>The value of RateLimit-Policy; empty where all are in shadow.</summary>
    public string PolicyHeader { get; }
}
