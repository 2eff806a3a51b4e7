using Gateway.Hosting.Settings;
using Gateway.RateLimiting.Leases;
using Gateway.RateLimiting.Limits;

namespace Gateway.RateLimiting;

/// <summary>Limits for organizations that have none of their own, and how they are decided (section <c>RateLimits</c>).</summary>
/// <param name="PerMinute">The default bucket of a minute (<c>PerMinute</c>, 600; <c>BurstPerMinute</c>, the same).</param>
/// <param name="PerDay">The default bucket of a day (<c>PerDay</c>, 100,000; <c>BurstPerDay</c>, the same).</param>
/// <param name="Leases">Whether units are leased ahead of time (<c>Mode</c>, Adaptive) and for how long (<c>LeaseMilliseconds</c>, 100).</param>
/// <param name="AreShadow">Whether limits only decide and count for everybody (<c>Shadow</c>, false).</param>
internal sealed record RateLimitOptions(BucketSize PerMinute, BucketSize PerDay, LeaseTerms Leases, bool AreShadow)
{
    private const string Section = "RateLimits";
    private const long DefaultPerMinute = 600;
    private const long DefaultPerDay = 100_000;

    public static RateLimitOptions Read(IConfiguration configuration) => new(
        ReadSize(configuration, "PerMinute", DefaultPerMinute),
        ReadSize(configuration, "PerDay", DefaultPerDay),
        new LeaseTerms(
            configuration.Choice($"{Section}:Mode", LeaseMode.Adaptive),
            (int)configuration.Number($"{Section}:LeaseMilliseconds", 100, 10, 500)),
        configuration.Flag($"{Section}:Shadow", defaultValue: false));

    private static BucketSize ReadSize(IConfiguration configuration, string name, long defaultLimit)
    {
        var limit = configuration.Number($"{Section}:{name}", defaultLimit, 1, BucketSize.Maximum);
        return new BucketSize(limit, configuration.Number($"{Section}:Burst{name}", limit, 1, BucketSize.Maximum));
    }
}
