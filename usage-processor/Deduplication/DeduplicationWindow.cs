namespace Gateway.UsageProcessor.Deduplication;

/// <summary>
/// The events that were stored lately. It spares the database the copies that follow their original closely, such as a
/// gateway sends after a lost acknowledgement. It decides nothing: what it has forgotten, the primary key recognizes.
/// Not thread-safe: one flush at a time uses it.
/// </summary>
internal sealed class DeduplicationWindow(DeduplicationOptions options, TimeProvider timeProvider)
{
    private readonly HashSet<EventKey> _keys = [];
    private readonly Queue<StoredBatch> _batches = new();

    /// <summary>Events that are remembered now.</summary>
    public int Count => _keys.Count;

    /// <summary>Whether the event is known to be in the database.</summary>
    public bool Contains(EventKey key) => _keys.Contains(key);

    /// <summary>
    /// Remembers the events of one transaction. Must come after its commit: an event that is remembered and then rolled
    /// back would be taken for a copy of itself when it is tried again, and be lost.
    /// </summary>
    public void Remember(EventKey[] storedKeys)
    {
        _keys.UnionWith(storedKeys);
        _batches.Enqueue(new StoredBatch(timeProvider.GetTimestamp(), storedKeys));
        Forget();
    }

    /// <summary>Forgets what is older than the window, and the oldest above the capacity. Whole batches: they were stored at one moment.</summary>
    public void Forget()
    {
        while (_batches.TryPeek(out var oldest)
            && (_keys.Count > options.Capacity || timeProvider.GetElapsedTime(oldest.StoredAt) >= options.Window))
        {
            _batches.Dequeue();
            _keys.ExceptWith(oldest.Keys);
        }
    }

    /// <summary>Forgets everything: the database may not have it any more.</summary>
    public void Clear()
    {
        _keys.Clear();
        _batches.Clear();
    }

    private readonly record struct StoredBatch(long StoredAt, EventKey[] Keys);
}
