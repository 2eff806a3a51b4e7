namespace Gateway.Quotas;

/// <summary>What this gateway knows of one organization's month. Thread-safe; no lock, and no allocation but for a new month or quota.</summary>
internal sealed class WatchedQuota(Guid organizationId)
{
    private QuotaUse? _use;
    private long _drift;
    private int _idleRounds;

    public Guid OrganizationId => organizationId;

    /// <summary>The newest month; null before the first observation.</summary>
    public QuotaUse? Use => Volatile.Read(ref _use);

    /// <summary>Units by which the counter was above the ledger (negative: below it) when this gateway last compared them.</summary>
    public long Drift
    {
        get => Volatile.Read(ref _drift);
        set => Volatile.Write(ref _drift, value);
    }

    /// <summary>Redis has answered. Null for an answer that is too old to matter.</summary>
    public QuotaUse? Observe(Quota quota, in QuotaMonth month, long used)
    {
        if (Volatile.Read(ref _idleRounds) != 0)
        {
            Volatile.Write(ref _idleRounds, 0);
        }

        var use = Use;
        if (use is null || use.Units != quota.UnitsPerMonth || use.Month.Start != month.Start)
        {
            if (use is not null && month.End <= use.Month.Start)
            {
                return null;
            }

            use = new QuotaUse(month, quota.UnitsPerMonth);
            Volatile.Write(ref _use, use);
        }

        use.Used = used;
        return use;
    }

    /// <summary>A round of reconciliation begins.</summary>
    /// <returns>How many have begun since Redis last answered for this organization.</returns>
    public int BeginRound() => Interlocked.Increment(ref _idleRounds);
}
