namespace Gateway.Usage.Journal;

/// <summary>
/// Sequences that were minted and belong to no event: it could not be written, and nothing of its request was answered. They
/// are few: who cannot be written down is not let in. For any thread.
/// </summary>
internal sealed class TakenBackSequences
{
    private readonly Lock _lock = new();
    private readonly SortedSet<long> _sequences = [];

    public int Count
    {
        get
        {
            lock (_lock)
            {
                return _sequences.Count;
            }
        }
    }

    public void Add(long sequence)
    {
        lock (_lock)
        {
            _sequences.Add(sequence);
        }
    }

    /// <summary>Those up to a sequence, in ascending order.</summary>
    public IReadOnlyList<long> UpTo(long sequence)
    {
        lock (_lock)
        {
            return [.. _sequences.TakeWhile(taken => taken <= sequence)];
        }
    }

    /// <summary>The highest sequence up to one that is not among them.</summary>
    public long Skip(long sequence)
    {
        lock (_lock)
        {
            while (_sequences.Contains(sequence))
            {
                sequence--;
            }

            return sequence;
        }
    }
}
