using Gateway.RateLimiting.Limits;

namespace Gateway.RateLimiting;

/// <summary>One token bucket of an organization, and how it is written in headers.</summary>
internal sealed class RateLimitBucket
{
    public const int MillisecondsPerMinute = 60_000;
    public const int MillisecondsPerDay = 86_400_000;

    public RateLimitBucket(string name, int periodMilliseconds, BucketSize size)
    {
        Name = name;
        PeriodMilliseconds = periodMilliseconds;
        Size = size;
        LimitText = $"{size.Limit}";
        PolicyText = $"\"{name}\";q={size.Limit};w={PeriodSeconds};burst={size.Burst}";
    }

    /// <summary>What clients know it by: <c>minute</c>, <c>day</c>.</summary>
    public string Name { get; }

    public int PeriodMilliseconds { get; }

    public int PeriodSeconds => PeriodMilliseconds / 1000;

    public BucketSize Size { get; }

    public long Limit => Size.Limit;

    /// <summary>The value of X-RateLimit-Limit.</summary>
    public string LimitText { get; }

    /// <summary>Its item of RateLimit-Policy.</summary>
    public string PolicyText { get; }
}
