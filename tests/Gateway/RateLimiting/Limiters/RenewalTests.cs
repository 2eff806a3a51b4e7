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
}
