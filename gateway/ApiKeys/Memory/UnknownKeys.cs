using System.Collections.Concurrent;
using Gateway.Contracts.ApiKeys;

namespace Gateway.ApiKeys.Memory;

/// <summary>
/// Keys that the database does not have, for a short while. Bounded: when half of the places are taken by new ones the
/// older half is forgotten, so that a flood of random keys costs neither memory nor a search for what to drop.
/// </summary>
internal sealed class UnknownKeys(ApiKeyOptions options, TimeProvider timeProvider)
{
    private readonly int _half = Math.Max(1, options.UnknownMaximum / 2);
    private readonly Lock _turning = new();
    private ConcurrentDictionary<ApiKeyHash, long> _newer = new();
    private ConcurrentDictionary<ApiKeyHash, long> _older = new();
    private int _newerCount;

    /// <summary>Whether it was unknown a moment ago.</summary>
    public bool Contains(ApiKeyHash hash) =>
        (_newer.TryGetValue(hash, out var addedAt) || _older.TryGetValue(hash, out addedAt))
        && timeProvider.GetElapsedTime(addedAt) < options.UnknownFor;

    public void Add(ApiKeyHash hash)
    {
        _newer[hash] = timeProvider.GetTimestamp();
        if (Interlocked.Increment(ref _newerCount) < _half)
        {
            return;
        }

        lock (_turning)
        {
            if (Volatile.Read(ref _newerCount) >= _half)
            {
                _older = _newer;
                _newer = new ConcurrentDictionary<ApiKeyHash, long>();
                Volatile.Write(ref _newerCount, 0);
            }
        }
    }
}
