namespace Gateway.Usage.Journal;

/// <summary>Events that have begun and not ended, and where their beginnings are.</summary>
internal sealed class OpenEvents
{
    private static readonly IReadOnlySet<long> NoSegments = new HashSet<long>();

    private readonly Lock _lock = new();
    private readonly Dictionary<long, JournalPosition> _positions = [];

    // Has beginnings that are over, too; they are dropped when they come up.
    private readonly PriorityQueue<long, JournalPosition> _oldestFirst = new();

    public int Count
    {
        get
        {
            lock (_lock)
            {
                return _positions.Count;
            }
        }
    }

    public void Begin(long sequence, JournalPosition position)
    {
        lock (_lock)
        {
            _positions[sequence] = position;
            _oldestFirst.Enqueue(sequence, position);
        }
    }

    public bool Contains(long sequence) => TryGetPosition(sequence, out _);

    public bool TryGetPosition(long sequence, out JournalPosition position)
    {
        lock (_lock)
        {
            return _positions.TryGetValue(sequence, out position);
        }
    }

    public void End(long sequence)
    {
        lock (_lock)
        {
            _positions.Remove(sequence);
            if (_positions.Count == 0)
            {
                _oldestFirst.Clear();
            }
        }
    }

    /// <summary>The beginning that must be kept longest ago.</summary>
    public bool TryGetOldest(out long sequence, out JournalPosition position)
    {
        lock (_lock)
        {
            while (_oldestFirst.TryPeek(out sequence, out position))
            {
                if (_positions.TryGetValue(sequence, out var current) && current == position)
                {
                    return true;
                }

                _oldestFirst.Dequeue();
            }

            return false;
        }
    }

    /// <summary>Segments before a number that have beginnings of open events.</summary>
    public IReadOnlySet<long> Segments(long below)
    {
        lock (_lock)
        {
            return TryGetOldest(out _, out var oldest) && oldest.Segment < below
                ? _positions.Values.Select(static position => position.Segment).Where(segment => segment < below).ToHashSet()
                : NoSegments;
        }
    }

    /// <summary>All of them, oldest beginning first.</summary>
    public IReadOnlyList<(long Sequence, JournalPosition Position)> InOrder()
    {
        lock (_lock)
        {
            return [.. _positions.Select(static open => (open.Key, open.Value)).OrderBy(static open => open.Value)];
        }
    }

    /// <summary>Those up to a sequence, in ascending order.</summary>
    public IReadOnlyList<long> UpTo(long sequence)
    {
        lock (_lock)
        {
            return [.. _positions.Keys.Where(open => open <= sequence).Order()];
        }
    }
}
