namespace Gateway.Usage.Journal;

/// <summary>How old the oldest event is that is not acknowledged, to within the interval between two marks.</summary>
internal sealed class AgeMarks
{
    private readonly Lock _lock = new();
    private readonly Queue<(JournalPosition Position, long Timestamp)> _marks = [];
    private JournalPosition _last;

    /// <summary>When the oldest was written; null where everything is acknowledged.</summary>
    public long? OldestTimestamp
    {
        get
        {
            lock (_lock)
            {
                return _marks.TryPeek(out var oldest) ? oldest.Timestamp : null;
            }
        }
    }

    /// <summary>So far it has been written by now.</summary>
    public void Mark(JournalPosition position, long timestamp)
    {
        lock (_lock)
        {
            if (position > _last)
            {
                _last = position;
                _marks.Enqueue((position, timestamp));
            }
        }
    }

    /// <summary>Everything before a position needs no keeping, and is not marked any more: nobody would forget it.</summary>
    public void Forget(JournalPosition position)
    {
        lock (_lock)
        {
            if (position > _last)
            {
                _last = position;
            }

            while (_marks.TryPeek(out var oldest) && oldest.Position <= position)
            {
                _marks.Dequeue();
            }
        }
    }
}
