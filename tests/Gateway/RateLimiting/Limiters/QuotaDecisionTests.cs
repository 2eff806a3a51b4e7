using System.Numerics;
using Gateway.Organizations;
using Gateway.Quotas;
using Gateway.RateLimiting.Leases;
using Gateway.Testing;

namespace Gateway.Tests.RateLimiting.Limiters;

public sealed class QuotaDecisionTests(TestServers servers)
{
    [Fact]
    public async Task Counter_that_Redis_has_lost_keeps_what_is_known_of_it_also_when_a_return_is_first_to_notice()
    {
        await using var gateway = await LimiterUnderTest.StartAsync((await servers.RedisAsync()).Url, LeaseMode.Exact);
        var organization = WithQuota(isHard: true, units: 100);
        var key = LimiterUnderTest.NewKey(organization);
        await gateway.DecideAsync(key, units: 30);
        gateway.Limiter.Refund(organization.Id, await gateway.DecideAsync(key, units: 1));
        var counter = QuotaCounters.KeyOf(organization.Id, QuotaMonth.At(gateway.Time.GetUtcNow(), TimeZoneInfo.Utc));
        await gateway.Database.KeyDeleteAsync(counter);

        await gateway.ReturnAsync();
        await gateway.DecideAsync(key, units: 5);

        Assert.Equal(35, (long)await gateway.Database.HashGetAsync(counter, "used"));
    }

    [Fact]
    public async Task Soft_quota_counts_every_unit_and_flags_those_over_it_with_leases_too()
    {
        await using var gateway = await LimiterUnderTest.StartAsync((await servers.RedisAsync()).Url);
        var organization = WithQuota(isHard: false, units: 10);
        var key = LimiterUnderTest.NewKey(organization);

        var flagged = 0;
        for (var request = 0; request < 50; request++)
        {
            var decision = await gateway.DecideAsync(key);
            Assert.True(decision.IsAllowed);
            flagged += BitOperations.PopCount((uint)decision.WouldRefuse);
            gateway.Time.Advance(TimeSpan.FromMilliseconds(3));
        }

        var counter = QuotaCounters.KeyOf(organization.Id, QuotaMonth.At(gateway.Time.GetUtcNow(), TimeZoneInfo.Utc));
        await Eventually.EqualsAsync(50, async () =>
        {
            // Again and again: the last lease may still be on its way when the others go back.
            await gateway.ReturnAsync();
            return (long)await gateway.Database.HashGetAsync(counter, "used");
        });

        // What is leased counts as used for whoever asks Redis meanwhile.
        Assert.InRange(flagged, 40, 45);
    }

    private static Organization WithQuota(bool isHard, long units) =>
        LimiterUnderTest.NewOrganization(limits => limits with { Quota = new Quota(units, isHard, TimeZoneInfo.Utc) });
}
