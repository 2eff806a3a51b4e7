namespace Gateway.RateLimiting.Leases;

/// <summary>How a gateway leases units ahead of time: enough to ask seldom, so few that no other gateway misses them.</summary>
/// <param name="Mode">Whether it does at all.</param>
/// <param name="Milliseconds">For how long a lease should last at the recent rate (<c>RateLimits:LeaseMilliseconds</c>).</param>
internal sealed record LeaseTerms(LeaseMode Mode, int Milliseconds)
{
    /// <summary>For how long a refusal by Redis is believed without asking again.</summary>
    public const int MemoryMilliseconds = 50;

    // Below this a lease saves too few calls to be worth what it keeps from others.
    private const long SmallestLease = 5;

    // The next lease is asked for while there is still this part of it, so that no request has to wait for it.
    private const long PartForRenewal = 4;

    /// <summary>How old Redis's last word may be at most for leases to be spent, and for headers to be written from it.</summary>
    public long MaximumAge => 2L * Milliseconds;

    /// <summary>How many leased units there should be.</summary>
    /// <param name="expected">Units that will be spent in <see cref="Milliseconds"/> at the recent rate.</param>
    /// <param name="units">What a request costs.</param>
    public long Target(long expected, long units) => Mode switch
    {
        LeaseMode.Exact => 0,
        LeaseMode.Leased => Math.Max(expected, SmallestLease * units),
        _ => expected >= SmallestLease * units ? expected : 0,
    };

    /// <summary>Whether so much is leased that it would lapse before it is spent: requests have become fewer.</summary>
    public static bool IsTooMuch(long leased, long target, long units) => leased > 2 * Math.Max(target, units);

    /// <summary>Whether more should be leased while there is still something left.</summary>
    public static bool IsLow(long leased, long target) => leased < target / PartForRenewal;
}
