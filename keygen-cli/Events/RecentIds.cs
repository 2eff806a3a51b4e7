namespace Gateway.Keygen.Events;

/// <summary>The ids of the last events, so that a copy is recognized that a gateway sends again after a restart.</summary>
/// <param name="capacity">How many are remembered.</param>
internal sealed class RecentIds(int capacity)
{
    private readonly HashSet<Guid> _ids = new(capacity);
    private readonly Queue<Guid> _oldestFirst = new(capacity);

    /// <summary>Remembers an id, unless it is there already: then the answer is no.</summary>
    public bool TryAdd(Guid id)
    {
        if (!_ids.Add(id))
        {
            return false;
        }

        if (_oldestFirst.Count == capacity)
        {
            _ids.Remove(_oldestFirst.Dequeue());
        }

        _oldestFirst.Enqueue(id);
        return true;
    }
}
