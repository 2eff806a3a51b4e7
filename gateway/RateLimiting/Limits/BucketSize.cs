namespace Gateway.RateLimiting.Limits;

/// <summary>A token bucket's measures.</summary>
/// <param name="Limit">Units that flow in per period, evenly; at least 1.</param>
/// <param name="Burst">Units that it holds at most; at least 1.</param>
internal readonly record struct BucketSize(long Limit, long Burst)
{
    /// <summary>The largest limit and burst: with it nothing that decides leaves 2⁵³, where Lua's numbers are exact.</summary>
    public const long Maximum = 1_000_000_000_000;
}
