using Gateway.RateLimiting.Buckets;
using Gateway.RateLimiting.Limits;

namespace Gateway.RateLimiting.Fallback;

/// <summary>
/// A gateway's part of a limit while Redis cannot be asked: with n gateways a bucket that fills n times as slowly and holds
/// an n-th of the burst. All shares together are no more than the limit.
/// </summary>
/// <remarks>Guarded by the lock of its organization.</remarks>
internal sealed class BucketShare
{
    private readonly BucketSize _whole;
    private readonly long _period;
    private readonly long? _monthEndsAt;
    private BucketSize _size;
    private TokenBucket _bucket;

    private BucketShare(BucketSize whole, BucketSize size, long period, TokenBucket bucket, long? monthEndsAt)
    {
        _whole = whole;
        _size = size;
        _period = period;
        _bucket = bucket;
        _monthEndsAt = monthEndsAt;
    }

    /// <param name="limit">Whose share it is.</param>
    /// <param name="known">What the whole bucket holds now, as far as is known; null where Redis was never asked.</param>
    /// <param name="gateways">How many share it.</param>
    /// <param name="now">The time.</param>
    /// <param name="fullAt">When the bucket is full, or the month ends, as far as is known.</param>
    public static BucketShare Begin(Limit limit, long? known, int gateways, long now, long? fullAt)
    {
        if (limit.Quota is not null)
        {
            // Of a month that this gateway knows nothing of, nobody is refused; Redis hears of it later.
            var left = known is { } units ? Math.Max(0, units) / gateways : BucketSize.Maximum;
            return new BucketShare(limit.Size, limit.Size, 0, new TokenBucket(left, now), fullAt ?? now);
        }

        var size = limit.Size with { Burst = Math.Max(1, limit.Size.Burst / gateways) };
        var tokens = Math.Min(size.Burst, known / gateways ?? size.Burst);
        return new BucketShare(limit.Size, size, limit.PeriodMilliseconds * gateways, new TokenBucket(tokens, now), monthEndsAt: null);
    }

    /// <summary>Milliseconds until there is enough: 0 where there is, <see cref="LimitDecision.Never"/> where there never will be.</summary>
    public long Wait(long units, long now)
    {
        if (_monthEndsAt is { } ends)
        {
            return _bucket.Tokens >= units ? 0 : units > _whole.Limit ? LimitDecision.Never : Math.Max(1, ends - now);
        }

        if (units > _whole.Burst)
        {
            return LimitDecision.Never;
        }

        // What the whole bucket could hold must be possible with a share too, only more rarely.
        _size = _size with { Burst = Math.Max(_size.Burst, units) };
        _bucket.Refill(_size, _period, now);
        return _bucket.MillisecondsUntil(units, _size, _period);
    }

    /// <summary>Takes units; where there are too few, a soft quota takes what there is.</summary>
    public void Take(long units) => _bucket.Take(Math.Min(units, _bucket.Tokens));

    /// <summary>Where it stands.</summary>
    public LimitState State(long now) => new(
        Math.Clamp(_bucket.Tokens, 0, _whole.Burst),
        _monthEndsAt is { } ends ? Math.Max(0, ends - now) : _bucket.MillisecondsUntil(_size.Burst, _size, _period));
}
