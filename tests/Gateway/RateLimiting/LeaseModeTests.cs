using System.Net;
using Gateway.Testing;
using Gateway.Tests.Fixtures;

namespace Gateway.Tests.RateLimiting;

public sealed class LeaseModeTests(TestServers servers)
{
    [Theory]
    [InlineData("Exact")]
    [InlineData("Leased")]
    [InlineData("Adaptive")]
    public async Task Of_500_requests_at_a_limit_of_100_through_two_gateways_exactly_100_pass_in_every_mode(string mode)
    {
        await using var world = await LimitWorld.StartAsync(servers, 2, ("RateLimits:Mode", mode));
        var customer = await LimitedAsync(world, 100);

        var statuses = await Traffic.SendAsync(world.Gateways, customer, clients: 50, requestsPerClient: 10);

        statuses.ArePassedOrRefused();
        Assert.Equal(100, statuses.Passed());
    }

    [Theory]
    [InlineData("Leased")]
    [InlineData("Adaptive")]
    public async Task Busy_organization_is_asked_for_in_Redis_far_less_often_than_it_sends_requests(string mode)
    {
        await using var world = await LimitWorld.StartAsync(servers, 1, ("RateLimits:Mode", mode));
        var customer = await LimitedAsync(world, 1_000_000);
        await Traffic.SendAsync(world.Gateways, customer, clients: 20, requestsPerClient: 20);
        using var counts = new LimitCounts(world.Gateway);

        var statuses = await Traffic.SendAsync(world.Gateways, customer, clients: 20, requestsPerClient: 100);

        Assert.Equal(2000, statuses.Passed());
        // A machine that is starved waits longer for each lease.
        Assert.InRange(counts.RedisCalls, 1, 700);
    }

    [Fact]
    public async Task In_exact_mode_Redis_is_asked_for_every_request_also_after_a_refusal()
    {
        await using var world = await LimitWorld.StartAsync(servers, 1, ("RateLimits:Mode", "Exact"));
        var customer = await LimitedAsync(world, 100);
        using var counts = new LimitCounts(world.Gateway);

        var statuses = await Traffic.SendAsync(world.Gateways, customer, clients: 20, requestsPerClient: 10);

        Assert.Equal(100, statuses.Passed());
        Assert.Equal(200, counts.RedisCalls);
        Assert.Equal(new StoredBucket(0, 0), await world.BucketAsync(customer, "day"));
    }

    [Fact]
    public async Task Quiet_organization_leases_nothing_in_adaptive_mode()
    {
        await using var world = await LimitWorld.StartAsync(servers, 1);
        var customer = await LimitedAsync(world, 1000);
        using var client = world.Gateway.ClientOf(customer);

        for (var request = 0; request < 4; request++)
        {
            Assert.Equal(HttpStatusCode.OK, (await client.GetAsync("/")).StatusCode);
        }

        Assert.Equal(new StoredBucket(996, 0), await world.BucketAsync(customer, "day"));
    }

    [Theory]
    [InlineData("Leased")]
    [InlineData("Adaptive")]
    public async Task Unspent_leases_are_back_within_two_seconds_after_the_last_request(string mode)
    {
        await using var world = await LimitWorld.StartAsync(servers, 2, ("RateLimits:Mode", mode));
        var customer = await LimitedAsync(world, 10_000);

        // Looked at meanwhile: a moment after the last request they may be back already.
        var traffic = Traffic.SendAsync(world.Gateways, customer, clients: 20, requestsPerClient: 20);
        var mostLeased = 0L;
        while (!traffic.IsCompleted)
        {
            mostLeased = Math.Max(mostLeased, (await world.BucketAsync(customer, "day")).Leased);
        }

        Assert.NotEqual(0, mostLeased);
        Assert.Equal(400, (await traffic).Passed());
        await Eventually.EqualsAsync(
            new StoredBucket(9_600, 0), () => world.BucketAsync(customer, "day"), TimeSpan.FromSeconds(2));
    }

    [Fact]
    public async Task Gateway_that_stops_gives_its_leases_back()
    {
        await using var world = await LimitWorld.StartAsync(servers, 1, ("RateLimits:Mode", "Leased"));
        var customer = await LimitedAsync(world, 10_000);
        await Traffic.SendAsync(world.Gateways, customer, clients: 20, requestsPerClient: 20);

        await world.Gateway.StopAsync();

        Assert.Equal(new StoredBucket(9_600, 0), await world.BucketAsync(customer, "day"));
    }

    /// <summary>A bucket of a day that does not fill up while a test runs, and a minute that is out of the way.</summary>
    private static async Task<Customer> LimitedAsync(LimitWorld world, long burst)
    {
        var customer = await world.Customers.CreateAsync();
        await world.Customers.LimitAsync(customer, "day", 1, burst);
        await world.Customers.LimitAsync(customer, "minute", 10_000_000, 10_000_000);
        return customer;
    }
}
