namespace Gateway.RateLimiting.Leases;

/// <summary>
/// How fast units were spent lately: two windows, of which the older one counts less and less (a sliding-window counter).
/// </summary>
/// <remarks>A mutable structure without a lock: its owner sees to that.</remarks>
internal struct RecentRate
{
    private const long WindowMilliseconds = 100;

    private long _start;
    private long _current;
    private long _previous;

    /// <summary>Counts units that were spent now.</summary>
    public void Add(long units, long now)
    {
        Advance(now);
        _current += units;
    }

    /// <summary>Units that would be spent in that time at the recent rate.</summary>
    public long Expect(long milliseconds, long now)
    {
        Advance(now);
        var elapsed = now - _start;
        return ((_previous * (WindowMilliseconds - elapsed) / WindowMilliseconds) + _current) * milliseconds / WindowMilliseconds;
    }

    private void Advance(long now)
    {
        var windows = (now - _start) / WindowMilliseconds;
        if (windows > 0)
        {
            _previous = windows == 1 ? _current : 0;
            _current = 0;
            _start += windows * WindowMilliseconds;
        }
    }
}
