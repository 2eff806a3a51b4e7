namespace Gateway.RateLimiting;

/// <summary>
/// One token bucket in pure code: the arithmetic of <c>token_buckets.lua</c>, line for line, on whole numbers that are
/// never rounded. Over any time t no more than <c>burst + limit × t / period</c> units get out.
/// </summary>
/// <remarks>A mutable structure without a lock: its owner sees to that.</remarks>
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
    public void Refill(RateLimitBucket bucket, long nowMilliseconds)
    {
        var (limit, burst) = bucket.Size;
        var (periods, rest) = Math.DivRem(Math.Max(0, nowMilliseconds - _at), bucket.PeriodMilliseconds);
        var (perMillisecond, remainder) = Math.DivRem(limit, bucket.PeriodMilliseconds);
        var (carried, left) = Math.DivRem((remainder * rest) + _fraction, bucket.PeriodMilliseconds);
        _tokens += (periods * limit) + (perMillisecond * rest) + carried;
        _fraction = left;
        _at = nowMilliseconds;
        if (_tokens >= burst)
        {
            _tokens = burst;
            _fraction = 0;
        }
    }

    /// <summary>Takes units that are there.</summary>
    public void Take(long cost) => _tokens -= cost;

    /// <summary>Milliseconds until it holds that many units if nobody takes any; 0 where it does already.</summary>
    public readonly long MillisecondsUntil(long tokens, RateLimitBucket bucket) => tokens <= _tokens
        ? 0
        : (long)Math.Ceiling((((double)(tokens - _tokens) * bucket.PeriodMilliseconds) - _fraction) / bucket.Limit);
}
