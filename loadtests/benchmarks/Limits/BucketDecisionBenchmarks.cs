using BenchmarkDotNet.Attributes;
using Gateway.RateLimiting.Buckets;
using Gateway.RateLimiting.Fallback;
using Gateway.RateLimiting.Leases;
using Gateway.RateLimiting.Limits;

namespace Gateway.Benchmarks.Limits;

/// <summary>
/// The arithmetic of a decision that asks nobody, without its lock: from leases, from this gateway's share while Redis is away, and
/// a refusal that is remembered. The clock stands still, and there is always enough.
/// </summary>
[InProcess]
[MemoryDiagnoser]
public class BucketDecisionBenchmarks
{
    private const long Now = 1_000;
    private const long Plenty = 1_000_000_000_000;

    private static readonly LeaseTerms Terms = new(LeaseMode.Adaptive, Milliseconds: 100);

    private RequestLimits _leased = null!;
    private RequestLimits _shared = null!;
    private RequestLimits _refused = null!;

    /// <summary>How many limits a request takes from.</summary>
    [Params(2, 4)]
    public int Limits { get; set; }

    /// <summary>Lets them know what Redis would have said.</summary>
    [GlobalSetup]
    public void Learn()
    {
        _leased = NewLimits(granted: Plenty, waitMilliseconds: 0);
        _shared = NewLimits(granted: 0, waitMilliseconds: 0);
        _refused = NewLimits(granted: 0, waitMilliseconds: 1_000);
    }

    /// <summary>A request that is let through from leases.</summary>
    [Benchmark]
    public bool Leased() => LeasedDecisions.TryDecide(_leased, units: 1, Terms, Now, out var decision) && decision.IsAllowed;

    /// <summary>A request that is refused because Redis has just refused.</summary>
    [Benchmark]
    public bool Remembered() => LeasedDecisions.TryDecide(_refused, units: 1, Terms, Now, out var decision) && decision.IsAllowed;

    /// <summary>A request that is let through from the share of a limit that one of two gateways has.</summary>
    [Benchmark]
    public bool LocalShare() => LocalShares.Decide(_shared, units: 1, gateways: 2, Now).IsAllowed;

    private RequestLimits NewLimits(long granted, long waitMilliseconds)
    {
        var limits = new Limit[Limits];
        for (var index = 0; index < Limits; index++)
        {
            limits[index] = Limit.OfBucket(
                Periods.Day, new LocalBucket($"bucket {index}"), new BucketSize(BucketSize.Maximum, BucketSize.Maximum), version: 1, refuses: true);
            limits[index].Bucket.Learn(
                limits[index],
                new BucketReply(granted == 0 && waitMilliseconds > 0 ? 0 : BucketSize.Maximum, 0, waitMilliseconds, granted, Generation: 7, LapsesInMilliseconds: Plenty),
                need: 1,
                sentAt: Now,
                now: Now,
                LeaseTerms.MemoryMilliseconds);
        }

        return new RequestLimits(limits);
    }
}
