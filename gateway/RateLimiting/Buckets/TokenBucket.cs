using Gateway.RateLimiting.Limits;

namespace Gateway.RateLimiting.Buckets;

/// <summary>
/// One token bucket in pure code: the arithmetic of <c>buckets.lua</c>, line for line, on whole numbers that are
/// never rounded. Over any time t no more than <c>burst + limit × t / period</c> units get out.
/// </summary>
/// <remarks>A mutable structure without a lock: its owner sees to that. Periods may be as long as years.</remarks>
internal struct TokenBucket
{
    private long _tokens;
    private long _fraction;
    private long _at;

    /// <summary>A bucket that holds that many units at that moment.</summary>
    public TokenBucket(long tokens, long nowMilliseconds)
    {
        _tokens = tokens;
        _at = nowMilliseconds;
    }

    /// <summary>Whole units in it, as of the last refill.</summary>
    public readonly long Tokens => _tokens;

    /// <summary>Lets in what has flowed since the last time.</summary>
    public void Refill(BucketSize size, long periodMilliseconds, long nowMilliseconds)
    {
        var (periods, rest) = Math.DivRem(Math.Max(0, nowMilliseconds - _at), periodMilliseconds);
        var (flowed, left) = Int128.DivRem(((Int128)size.Limit * rest) + _fraction, periodMilliseconds);
        var tokens = _tokens + ((Int128)size.Limit * periods) + flowed;
        _fraction = (long)left;
        _at = nowMilliseconds;
        if (tokens >= size.Burst)
        {
            _tokens = size.Burst;
            _fraction = 0;
        }
        else
        {
            _tokens = (long)tokens;
        }
    }

    /// <summary>Takes units that are there.</summary>
    public void Take(long units) => _tokens -= units;

    /// <summary>Milliseconds until it holds that many units if nobody takes any; 0 where it does already.</summary>
    public readonly long MillisecondsUntil(long tokens, BucketSize size, long periodMilliseconds)
    {
        if (tokens <= _tokens)
        {
            return 0;
        }

        var missing = ((Int128)(tokens - _tokens) * periodMilliseconds) - _fraction;
        return (long)Int128.Min(long.MaxValue, (missing + size.Limit - 1) / size.Limit);
    }
}
