using System.Globalization;
using Gateway.Quotas;
using Gateway.RateLimiting.Buckets;
using StackExchange.Redis;

namespace Gateway.RateLimiting.Limits;

/// <summary>One limit as it applies to an organization from one change of its terms to the next, and how it is written.</summary>
internal sealed class Limit
{
    private const string QuotaName = "month";

    private Limit(string name, LocalBucket bucket, BucketSize size, bool refuses)
    {
        Name = name;
        Bucket = bucket;
        Size = size;
        Refuses = refuses;
        LimitText = size.Limit.ToString(CultureInfo.InvariantCulture);
    }

    /// <summary>What clients know it by: <c>minute</c>, <c>day</c>, <c>key-minute</c>, <c>route-minute</c>, <c>month</c>.</summary>
    public string Name { get; }

    /// <summary>What this gateway has of it and knows of it.</summary>
    public LocalBucket Bucket { get; }

    /// <summary>Of a quota, both are the units of a month.</summary>
    public BucketSize Size { get; }

    /// <summary>Whether it is enforced. One in shadow, or a soft quota, only counts.</summary>
    public bool Refuses { get; }

    /// <summary>Whether clients are told of it: a limit in shadow is none to them.</summary>
    public bool IsShown => Refuses || Quota is not null;

    /// <summary>How long it takes until <see cref="BucketSize.Limit"/> units have flowed in.</summary>
    public long PeriodMilliseconds { get; private init; }

    /// <summary>How long the empty bucket takes to fill up, at least 1 ms; a quota never does.</summary>
    public long FillingMilliseconds => Quota is not null
        ? long.MaxValue
        : (long)Math.Clamp((double)Size.Burst / Size.Limit * PeriodMilliseconds, 1, long.MaxValue / 2);

    public long WindowSeconds => PeriodMilliseconds / 1000;

    /// <summary>Null where it is a token bucket.</summary>
    public Quota? Quota { get; private init; }

    /// <summary>Whether it counts every request and refuses none.</summary>
    public bool IsSoftQuota => Quota is { IsHard: false };

    /// <summary>The month that a quota is for.</summary>
    public QuotaMonth Month { get; private init; }

    /// <summary>The value of X-RateLimit-Limit.</summary>
    public string LimitText { get; }

    /// <summary>Its item of RateLimit-Policy.</summary>
    public required string PolicyText { get; init; }

    /// <summary>Its terms, as <c>buckets.lua</c> reads them.</summary>
    public required RedisValue Terms { get; init; }

    /// <summary>A token bucket.</summary>
    /// <param name="period">The name of the period and its length.</param>
    /// <param name="bucket">Where it is kept.</param>
    /// <param name="size">Its measures.</param>
    /// <param name="version">Of the terms that it is from: the newest counts for all gateways.</param>
    /// <param name="refuses">False for a limit in shadow.</param>
    public static Limit OfBucket((string Name, int Milliseconds) period, LocalBucket bucket, BucketSize size, long version, bool refuses) =>
        new(period.Name, bucket, size, refuses)
        {
            PeriodMilliseconds = period.Milliseconds,
            PolicyText = string.Create(
                CultureInfo.InvariantCulture, $"\"{period.Name}\";q={size.Limit};w={period.Milliseconds / 1000};burst={size.Burst}"),
            Terms = string.Create(
                CultureInfo.InvariantCulture, $"{size.Limit},{size.Burst},{period.Milliseconds},{version},{(refuses ? 1 : 0)}"),
        };

    /// <summary>A quota in one month.</summary>
    public static Limit OfQuota(LocalBucket bucket, Quota quota, QuotaMonth month)
    {
        var milliseconds = (long)(month.End - month.Start).TotalMilliseconds;
        return new Limit(QuotaName, bucket, new BucketSize(quota.UnitsPerMonth, quota.UnitsPerMonth), quota.IsHard)
        {
            PeriodMilliseconds = milliseconds,
            Quota = quota,
            Month = month,
            PolicyText = string.Create(CultureInfo.InvariantCulture, $"\"{QuotaName}\";q={quota.UnitsPerMonth};w={milliseconds / 1000}"),
            Terms = string.Create(
                CultureInfo.InvariantCulture, $"{quota.UnitsPerMonth},{month.End.ToUnixTimeMilliseconds()},{(quota.IsHard ? 1 : 0)}"),
        };
    }
}
