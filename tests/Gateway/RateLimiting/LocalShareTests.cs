using System.Net;
using Gateway.Testing;
using Gateway.Tests.Fixtures;

namespace Gateway.Tests.RateLimiting;

/// <summary>Several gateways, and no Redis.</summary>
public sealed class LocalShareTests(TestServers servers)
{
    private const int Burst = 120;

    private static readonly (string Name, string Value) Timeout = ("RateLimits:RedisTimeoutMilliseconds", "2000");

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Without_Redis_each_gateway_lets_its_share_through_and_all_together_the_limit(int gateways)
    {
        await using var world = await LimitWorld.StartAsync(servers, gateways, Timeout);
        var customer = await LimitedAsync(world);
        await world.Redis.Process.KillAsync();

        foreach (var gateway in world.Gateways)
        {
            var statuses = await Traffic.SendAsync([gateway], customer, clients: 10, requestsPerClient: 15);

            statuses.ArePassedOrRefused();
            Assert.Equal(Burst / gateways, statuses.Passed());
        }
    }

    [Fact]
    public async Task What_was_used_before_counts_and_what_two_gateways_let_through_meanwhile_is_paid_back()
    {
        await using var world = await LimitWorld.StartAsync(servers, 2, Timeout, ("RateLimits:Mode", "Exact"));
        var customer = await LimitedAsync(world);
        var before = await Traffic.SendAsync(world.Gateways, customer, clients: 1, requestsPerClient: 30);
        var afterOther = await Traffic.SendAsync([world.Gateways[1]], customer, clients: 1, requestsPerClient: 1);
        var known = await Traffic.SendAsync([world.Gateways[0]], customer, clients: 1, requestsPerClient: 1);
        Assert.Equal(32, before.Passed() + afterOther.Passed() + known.Passed());
        await world.Redis.Process.KillAsync();

        const int Clients = 10;
        var meanwhile = await Traffic.SendAsync(world.Gateways, customer, Clients, requestsPerClient: 20);

        // Not more, and short of it by what the division leaves over and by a share of what was under way when a share began.
        meanwhile.ArePassedOrRefused();
        const int Left = Burst - 32;
        const int Short = 1 + (Clients / 2) - 1;
        Assert.InRange(meanwhile.Passed(), Left - Short, Left);

        // No request comes any more, and yet both tell what they have let through. The one that tells first may not know of
        // the last request through the other.
        await world.RestartRedisAsync();
        await Eventually.BecomesAsync(
            () => world.BucketAsync(customer, "day"),
            bucket => bucket is { Leased: 0 } && bucket != StoredBucket.Missing && bucket.Tokens <= Left - meanwhile.Passed() + 1,
            "the debts are paid",
            TimeSpan.FromSeconds(10));
        Assert.InRange((await Traffic.SendAsync(world.Gateways, customer, clients: 4, requestsPerClient: 5)).Passed(), 0, Left - meanwhile.Passed() + 1);
    }

    [Fact]
    public async Task Route_says_whether_its_requests_pass_without_Redis()
    {
        await using var world = await LimitWorld.StartAsync(
            servers,
            1,
            [Timeout, .. LimitedRoutes.Route("open", ("WhenRedisIsDown", "open")), .. LimitedRoutes.Route("closed", ("WhenRedisIsDown", "closed"))]);
        var customer = await LimitedAsync(world);
        using var client = world.Gateway.ClientOf(customer);
        Assert.Equal(HttpStatusCode.OK, (await client.GetAsync("/closed/")).StatusCode);
        await world.Redis.Process.KillAsync();

        // From the first request on, before anybody knows.
        for (var request = 0; request < 10; request++)
        {
            using var refused = await client.GetAsync("/closed/");
            Assert.Equal(HttpStatusCode.ServiceUnavailable, refused.StatusCode);
            Assert.Equal("1", refused.Header("Retry-After"));
            Assert.Equal("urn:gateway:problem:limits-unavailable", (await refused.ReadProblemAsync()).Type());
            Assert.False(refused.Headers.Contains("RateLimit"));
        }

        var ofOpen = await Traffic.SendAsync(world.Gateways, customer, clients: 4, requestsPerClient: Burst, path: "/open/");
        Assert.Equal(4 * Burst, ofOpen.Passed());
        using var last = await client.GetAsync("/open/");
        last.SaysNothingOfLimits();

        // The default enforces the limit meanwhile; what passed openly is not counted.
        var ofDefault = await Traffic.SendAsync(world.Gateways, customer, clients: 4, requestsPerClient: 50);
        ofDefault.ArePassedOrRefused();
        Assert.InRange(ofDefault.Passed(), 1, Burst);

        await world.RestartRedisAsync();
        await Eventually.EqualsAsync(HttpStatusCode.TooManyRequests, async () => (await client.GetAsync("/closed/")).StatusCode, TimeSpan.FromSeconds(5));
    }

    /// <summary>A bucket of a day that does not fill up while a test runs.</summary>
    private static async Task<Customer> LimitedAsync(LimitWorld world)
    {
        var customer = await world.Customers.CreateAsync();
        await world.Customers.LimitAsync(customer, "day", 1, Burst);
        await world.Customers.LimitAsync(customer, "minute", 1_000_000, 1_000_000);
        return customer;
    }
}
