using Gateway.ApiKeys;
using Gateway.RateLimiting.Leases;
using Gateway.Testing;

namespace Gateway.Tests.RateLimiting.Limiters;

public sealed class RenewalTests(TestServers servers)
{
    [Fact]
    public async Task Requests_that_do_with_their_lease_ask_together_once_for_the_newest_word_of_Redis()
    {
        await using var gateway = await LimiterUnderTest.StartAsync((await servers.RedisAsync()).Url);
        var key = LimiterUnderTest.NewKey(LimiterUnderTest.NewOrganization());
        for (var request = 0; request < 40; request++)
        {
            await gateway.DecideAsync(key);
            gateway.Time.Advance(TimeSpan.FromMilliseconds(1));
        }

        await gateway.ReturnAsync();
        await gateway.DecideAsync(key);
        gateway.Time.Advance(TimeSpan.FromMilliseconds(101));
        var calls = gateway.Calls;

        var decisions = Enumerable.Range(0, 10).Select(_ => gateway.DecideAsync(key)).ToArray();

        Assert.All(decisions, static decision => Assert.True(decision.IsCompletedSuccessfully));
        Assert.Equal(1, gateway.Calls - calls);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(10)]
    public async Task Hot_organization_costs_fewer_than_one_call_in_50_requests_in_adaptive_mode(int requestsPerMillisecond)
    {
        await using var gateway = await LimiterUnderTest.StartAsync((await servers.RedisAsync()).Url, LeaseMode.Adaptive);
        var key = LimiterUnderTest.NewKey(LimiterUnderTest.NewOrganization());
        await SendAsync(gateway, key, milliseconds: 200, requestsPerMillisecond);
        var calls = gateway.Calls;

        // Less than a second in all: Redis counts leases in seconds of its own clock, which goes on as it likes.
        await SendAsync(gateway, key, milliseconds: 700, requestsPerMillisecond);

        Assert.InRange(gateway.Calls - calls, 1, (700 * requestsPerMillisecond / 50) - 1);
    }

    private static async Task SendAsync(LimiterUnderTest gateway, ApiKey key, int milliseconds, int requestsPerMillisecond)
    {
        for (var request = 1; request <= milliseconds * requestsPerMillisecond; request++)
        {
            Assert.True((await gateway.DecideAsync(key)).IsAllowed);
            await gateway.UntilLeasedAsync();
            if (request % requestsPerMillisecond == 0)
            {
                gateway.Time.Advance(TimeSpan.FromMilliseconds(1));
            }
        }
    }
}
