using Gateway.Organizations;
using Gateway.Quotas;
using Gateway.RateLimiting.Limits;
using Gateway.Tests.Fixtures;

namespace Gateway.Tests.Quotas;

public sealed class QuotaRolloverTests
{
    private static readonly Guid Organization = Guid.NewGuid();

    private readonly ManualTime _time = new();
    private readonly OrganizationBuckets _buckets = new(Organization);

    [Fact]
    public void Next_month_has_a_counter_of_its_own()
    {
        var terms = Terms("UTC");
        SetTo(new DateTimeOffset(2026, 11, 30, 23, 59, 59, TimeSpan.Zero));
        var last = QuotaOf(terms);
        Assert.Same(last, QuotaOf(terms));

        _time.Advance(TimeSpan.FromSeconds(1));
        var first = QuotaOf(terms);

        Assert.Equal(($"quota:{{{Organization}}}:2026-11", $"quota:{{{Organization}}}:2026-12"), ((string)last.Bucket.Key!, (string)first.Bucket.Key!));
        Assert.NotSame(last.Bucket, first.Bucket);
        Assert.Equal(last.Month.End, first.Month.Start);
        Assert.Equal($"1000,{new DateTimeOffset(2027, 1, 1, 0, 0, 0, TimeSpan.Zero).ToUnixTimeMilliseconds()},1", (string)first.Terms!);
    }

    [Fact]
    public void Month_begins_at_midnight_of_the_organization()
    {
        var terms = Terms("Asia/Tokyo");
        SetTo(new DateTimeOffset(2026, 11, 30, 14, 59, 59, TimeSpan.Zero));
        Assert.EndsWith("2026-11", (string)QuotaOf(terms).Bucket.Key!, StringComparison.Ordinal);

        _time.Advance(TimeSpan.FromSeconds(1));

        Assert.EndsWith("2026-12", (string)QuotaOf(terms).Bucket.Key!, StringComparison.Ordinal);
    }

    [Fact]
    public void Buckets_of_limits_do_not_notice_the_month()
    {
        var terms = Terms("UTC");
        var before = LimitsOf(terms);
        _time.Advance(TimeSpan.FromDays(30));
        var after = LimitsOf(terms);

        Assert.Same(before[0].Bucket, after[0].Bucket);
        Assert.Same(before[1].Bucket, after[1].Bucket);
    }

    private static OrganizationTerms Terms(string zone)
    {
        var limits = new OrganizationLimits(new LimitTerms(new BucketSize(10, 10)), new LimitTerms(new BucketSize(100, 100)))
        {
            Quota = new Quota(1000, IsHard: true, TimeZoneInfo.FindSystemTimeZoneById(zone)),
        };
        return new OrganizationTerms(Organization, version: 1, isActive: true, limits, backend: null);
    }

    private void SetTo(DateTimeOffset moment) => _time.Advance(moment - _time.GetUtcNow());

    private Limit QuotaOf(OrganizationTerms terms) => LimitsOf(terms)[2];

    private Limit[] LimitsOf(OrganizationTerms terms)
    {
        lock (_buckets.Gate)
        {
            return _buckets.LimitsOf(terms, Guid.NewGuid(), RouteLimits.None, areShadow: false, _time).Limits;
        }
    }
}
