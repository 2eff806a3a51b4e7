namespace Gateway.RateLimiting.Leases;

/// <summary>What has become of a lease since Redis was told last.</summary>
/// <param name="Generation">Which one; 0 for none.</param>
/// <param name="Spent">Units spent.</param>
/// <param name="Back">Units given back.</param>
internal readonly record struct LeaseNews(long Generation, long Spent, long Back)
{
    /// <summary>Takes it out of a lease.</summary>
    /// <param name="lease">Of which it is told.</param>
    /// <param name="givesBack">Whether what is left goes back.</param>
    public static LeaseNews Take(ref Lease lease, bool givesBack)
    {
        var (spent, back) = (lease.TakeSpent(), givesBack ? lease.TakeLeft() : 0);
        return spent == 0 && back == 0 ? default : new LeaseNews(lease.Generation, spent, back);
    }
}
