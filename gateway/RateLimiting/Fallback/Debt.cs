namespace Gateway.RateLimiting.Fallback;

/// <summary>
/// Units that were spent without asking Redis. Of a long outage only the last part counts: what was spent longer ago than
/// an empty bucket takes to fill up has flowed in again by now, whatever else was spent. Kept in two windows of that length.
/// </summary>
/// <remarks>A mutable structure without a lock: its owner sees to that.</remarks>
internal struct Debt
{
    private long _start;
    private long _current;
    private long _before;

    /// <summary>Whether there is any.</summary>
    public readonly bool IsOpen => _current > 0 || _before > 0;

    /// <summary>All of it, as of the last change.</summary>
    public readonly long Units => _current + _before;

    /// <summary>Adds units that were spent now.</summary>
    /// <param name="units">How many.</param>
    /// <param name="filling">How many milliseconds the empty bucket takes to fill up; for ever, for a quota.</param>
    /// <param name="now">The time.</param>
    public void Add(long units, long filling, long now)
    {
        Advance(filling, now);
        _current += units;
    }

    /// <summary>It is told; there is none any more.</summary>
    /// <param name="filling">How many milliseconds the empty bucket takes to fill up.</param>
    /// <param name="now">The time.</param>
    public long Take(long filling, long now)
    {
        Advance(filling, now);
        var units = Units;
        this = default;
        return units;
    }

    private void Advance(long filling, long now)
    {
        var windows = IsOpen ? (now - _start) / filling : 2;
        if (windows > 0)
        {
            _before = windows == 1 ? _current : 0;
            _current = 0;
            _start = now;
        }
    }
}
