using Gateway.Quotas;
using Gateway.RateLimiting.Buckets;
using Gateway.RateLimiting.Fallback;
using Gateway.RateLimiting.Limits;

namespace Gateway.Tests.RateLimiting.Fallback;

public sealed class LocalSharesTests
{
    [Fact]
    public void What_is_over_a_limit_in_shadow_is_no_debt()
    {
        var limit = Limit.OfBucket(Periods.Day, new LocalBucket("day"), new BucketSize(1, 3), version: 1, refuses: false);
        for (var request = 0; request < 10; request++)
        {
            Assert.True(LocalShares.Decide(new RequestLimits([limit]), units: 1, gateways: 1, now: 0).IsAllowed);
        }

        Assert.Equal(3, limit.Bucket.TakeNews(limit, givesBack: true, now: 0).Owed);
    }

    [Fact]
    public void What_is_over_a_soft_quota_is_a_debt()
    {
        var limit = LimitOfQuota(isHard: false);
        limit.Bucket.Learn(limit, new BucketReply(Tokens: 3, 1_000, 0, 0, 0, 0), need: 0, sentAt: 0, now: 0, memory: 0);
        for (var request = 0; request < 10; request++)
        {
            Assert.True(LocalShares.Decide(new RequestLimits([limit]), units: 1, gateways: 1, now: 0).IsAllowed);
        }

        Assert.Equal(10, limit.Bucket.TakeNews(limit, givesBack: true, now: 0).Owed);
    }

    [Fact]
    public void Quota_that_nothing_is_known_of_shows_no_more_than_a_month_has() =>
        Assert.InRange(LocalShares.Decide(new RequestLimits([LimitOfQuota(isHard: true)]), units: 1, gateways: 1, now: 0).States[0].Remaining, 0, 3);

    private static Limit LimitOfQuota(bool isHard) => Limit.OfQuota(
        new LocalBucket("month"),
        new Quota(3, isHard, TimeZoneInfo.Utc),
        QuotaMonth.At(new DateTimeOffset(2026, 11, 21, 0, 0, 0, TimeSpan.Zero), TimeZoneInfo.Utc));
}
