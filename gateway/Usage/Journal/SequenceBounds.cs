namespace Gateway.Usage.Journal;

/// <summary>
/// Up to which sequence segments may have had records that are gone: of a higher one that no record has, it is certain that
/// none was ever written. For one caller at a time.
/// </summary>
/// <param name="deleted">The highest sequence in segments that were gone before.</param>
internal sealed class SequenceBounds(long deleted)
{
    // Of each segment, the highest sequence in those before it.
    private readonly Queue<(long Segment, long Before)> _segments = new();
    private long _segment;
    private long _highest = deleted;
    private long _before = deleted;

    /// <summary>A record was read; segments come in ascending order.</summary>
    public void Read(long segment, long sequence)
    {
        if (segment != _segment)
        {
            _segment = segment;
            _segments.Enqueue((segment, _highest));
        }

        _highest = Math.Max(_highest, sequence);
    }

    /// <summary>The highest sequence in all segments before one; asked in ascending order.</summary>
    public long Before(long segment)
    {
        while (_segments.TryPeek(out var next) && next.Segment <= segment)
        {
            _before = next.Before;
            _segments.Dequeue();
        }

        return _before;
    }
}
