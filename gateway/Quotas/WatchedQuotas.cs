using System.Collections.Concurrent;

namespace Gateway.Quotas;

/// <summary>The organizations with a quota that this gateway has lately had requests of.</summary>
internal sealed class WatchedQuotas
{
    /// <summary>Organizations that are watched at most, some 300 bytes each; more are let be until others have been forgotten.</summary>
    public const int Maximum = 1_000_000;

    private readonly ConcurrentDictionary<Guid, WatchedQuota> _quotas = new();

    // No more than are watched: it is emptied every second.
    private readonly ConcurrentQueue<WatchedQuota> _new = new();

    // Counted apart: a ConcurrentDictionary takes all of its locks to count.
    private int _count;

    /// <summary>All of them, while others come and go.</summary>
    public IEnumerable<WatchedQuota> All
    {
        get
        {
            foreach (var (_, quota) in _quotas)
            {
                yield return quota;
            }
        }
    }

    /// <summary>Those that have come since this was called last.</summary>
    public IEnumerable<WatchedQuota> TakeNew()
    {
        while (_new.TryDequeue(out var quota))
        {
            yield return quota;
        }
    }

    /// <summary>An organization, watched from now on; null where too many are already.</summary>
    public WatchedQuota? Watch(Guid organizationId) =>
        _quotas.TryGetValue(organizationId, out var quota) ? quota : Add(organizationId);

    /// <summary>What was last used in a month, as far as this gateway knows; 0 where it knows nothing.</summary>
    public long LastKnown(Guid organizationId, in QuotaMonth month) =>
        _quotas.TryGetValue(organizationId, out var quota) && quota.Use is { } use && use.Month.Name == month.Name ? use.Used : 0;

    public void Forget(WatchedQuota quota)
    {
        if (_quotas.TryRemove(quota.OrganizationId, out _))
        {
            Interlocked.Decrement(ref _count);
        }
    }

    private WatchedQuota? Add(Guid organizationId)
    {
        if (Volatile.Read(ref _count) >= Maximum)
        {
            return null;
        }

        var quota = new WatchedQuota(organizationId);
        if (_quotas.TryAdd(organizationId, quota))
        {
            Interlocked.Increment(ref _count);
            _new.Enqueue(quota);
            return quota;
        }

        return _quotas.GetValueOrDefault(organizationId);
    }
}
