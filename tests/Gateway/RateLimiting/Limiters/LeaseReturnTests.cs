using System.Collections.Frozen;
using Gateway.RateLimiting.Leases;
using Gateway.RateLimiting.Limits;
using Gateway.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace Gateway.Tests.RateLimiting.Limiters;

public sealed class LeaseReturnTests(TestServers servers)
{
    [Fact]
    public async Task Organization_with_more_leases_than_one_call_tells_of_gets_all_of_them_back()
    {
        await using var gateway = await LimiterUnderTest.StartAsync((await servers.RedisAsync()).Url);
        var organization = LimiterUnderTest.NewOrganization();
        var keys = Enumerable.Range(0, 2 * RequestLimits.Maximum).Select(_ => LimiterUnderTest.NewKey(organization)).ToArray();
        var limits = keys.ToFrozenDictionary(static key => key.Id, static _ => new LimitTerms(new BucketSize(1, 1_000)));
        organization.Terms = new(organization.Id, 1, isActive: true, organization.Terms.Limits with { Keys = limits }, backend: null);
        foreach (var key in keys)
        {
            Assert.True((await gateway.DecideAsync(key)).IsAllowed);
        }

        await gateway.ReturnAsync();

        foreach (var key in keys)
        {
            var bucket = await gateway.Database.HashGetAsync($"ratelimit:{{{organization.Id}}}:key:{key.Id}", ["tokens", "leased"]);
            Assert.Equal([999, 0], bucket.Select(static number => (long)number));
        }

        Assert.Empty(gateway.Limiter.WithNews);
    }

    [Fact]
    public async Task Return_that_fails_for_whatever_reason_is_tried_again()
    {
        await using var gateway = await LimiterUnderTest.StartAsync((await servers.RedisAsync()).Url);
        await gateway.DecideAsync(LimiterUnderTest.NewKey(LimiterUnderTest.NewOrganization()));
        gateway.Time.Advance(TimeSpan.FromSeconds(1));
        gateway.MetricsFail = true;
        using var leaseReturn = new LeaseReturn(gateway.Limiter, TimeProvider.System, NullLogger<LeaseReturn>.Instance);
        var calls = gateway.Calls;

        await leaseReturn.StartAsync(default);
        await Eventually.IsTrueAsync(() => Task.FromResult(gateway.Calls > calls), "a return was tried");
        gateway.MetricsFail = false;

        await Eventually.EqualsAsync(0, () => Task.FromResult(gateway.Limiter.WithNews.Count));
        await leaseReturn.StopAsync(default);
    }
}
