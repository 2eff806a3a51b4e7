using System.Net;
using Gateway.Tests.Fixtures;

namespace Gateway.Tests.RateLimiting;

public sealed class ShadowTests(LimitedRoutes routes) : IClassFixture<LimitedRoutes>
{
    [Fact]
    public async Task Limit_in_shadow_refuses_nothing_and_is_only_counted()
    {
        var customer = await routes.Customers.CreateAsync();
        await routes.Customers.ShadowLimitAsync(customer, "minute", 1, 2);
        using var counts = new LimitCounts(routes.Gateway);

        var answers = await SendAsync(customer, 30);

        Assert.All(answers, answer => Assert.Equal(HttpStatusCode.OK, answer.StatusCode));
        Assert.All(answers, answer => Assert.Equal(["day"], answer.Remaining().Keys));
        Assert.All(answers, answer => Assert.DoesNotContain("minute", answer.Header("RateLimit-Policy"), StringComparison.Ordinal));
        Assert.All(answers, answer => Assert.Equal("100000", answer.Header("X-RateLimit-Limit")));
        Assert.Equal(28, counts.WouldRefuse("minute"));
    }

    [Fact]
    public async Task Limit_in_shadow_under_load_is_counted_for_every_request_over_it()
    {
        var customer = await routes.Customers.CreateAsync();
        await routes.Customers.ShadowLimitAsync(customer, "minute", 1, 50);
        using var counts = new LimitCounts(routes.Gateway);

        var statuses = await Traffic.SendAsync([routes.Gateway], customer, clients: 10, requestsPerClient: 30);

        Assert.Equal(300, statuses.Passed());
        Assert.Equal(250, counts.WouldRefuse("minute"));
    }

    [Fact]
    public async Task Limit_beside_one_in_shadow_refuses_as_ever()
    {
        var customer = await routes.Customers.CreateAsync();
        await routes.Customers.ShadowLimitAsync(customer, "minute", 1, 2);
        await routes.Customers.LimitAsync(customer, "day", 1, 5);
        using var counts = new LimitCounts(routes.Gateway);

        var answers = await SendAsync(customer, 8);

        Assert.Equal([200, 200, 200, 200, 200, 429, 429, 429], answers.Select(answer => (int)answer.StatusCode));
        Assert.Equal("day", (await answers[^1].ReadProblemAsync()).GetProperty("limit").GetString());
    }

    [Fact]
    public async Task Limit_of_a_route_in_shadow_refuses_nothing()
    {
        var customer = await routes.Customers.CreateAsync();
        using var counts = new LimitCounts(routes.Gateway);

        var answers = await SendAsync(customer, 4, "/tried-out/");

        Assert.All(answers, answer => Assert.Equal(HttpStatusCode.OK, answer.StatusCode));
        Assert.All(answers, answer => Assert.Equal(["minute", "day"], answer.Remaining().Keys));
        Assert.Equal(3, counts.WouldRefuse("route-minute"));
    }

    [Fact]
    public async Task Organization_in_shadow_is_refused_by_none_of_its_limits_and_told_of_none()
    {
        var customer = await routes.Customers.CreateAsync();
        await LimitEverythingAsync(routes.Customers, customer);
        await routes.Customers.ShadowAsync(customer);
        using var counts = new LimitCounts(routes.Gateway);

        var answers = await SendAsync(customer, 4, "/limited/");

        Assert.All(answers, answer => Assert.Equal(HttpStatusCode.OK, answer.StatusCode));
        Assert.All(answers, LimitedAnswers.SaysNothingOfLimits);
        Assert.Equal((3L, 3L, 3L), (counts.WouldRefuse("day"), counts.WouldRefuse("key-minute"), counts.WouldRefuse("route-minute")));
    }

    [Fact]
    public async Task Hard_quota_of_an_organization_in_shadow_is_enforced()
    {
        var customer = await routes.Customers.CreateAsync();
        await routes.Customers.ShadowAsync(customer);
        await routes.Customers.GiveQuotaAsync(customer, 2);

        var answers = await SendAsync(customer, 3);

        Assert.Equal([200, 200, 429], answers.Select(answer => (int)answer.StatusCode));
        Assert.All(answers, answer => Assert.Equal(["month"], answer.Remaining().Keys));
    }

    [Fact]
    public async Task Gateway_in_shadow_refuses_nobody()
    {
        await using var world = await LimitWorld.StartAsync(routes.Servers, 1, [("RateLimits:Shadow", "true"), .. LimitedRoutes.Route("limited", ("PerMinute", "1"))]);
        var customer = await world.Customers.CreateAsync();
        await LimitEverythingAsync(world.Customers, customer);
        using var counts = new LimitCounts(world.Gateway);
        using var client = world.Gateway.ClientOf(customer);

        for (var request = 0; request < 4; request++)
        {
            using var answer = await client.GetAsync("/limited/");
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
            answer.SaysNothingOfLimits();
        }

        Assert.Equal((3L, 3L, 3L), (counts.WouldRefuse("day"), counts.WouldRefuse("key-minute"), counts.WouldRefuse("route-minute")));
    }

    private static async Task LimitEverythingAsync(Customers customers, Customer customer)
    {
        await customers.LimitAsync(customer, "day", 1, 1);
        await customers.LimitKeyAsync(customer, 1, 1);
        await customers.LimitRouteAsync(customer, "limited", 1, 1);
    }

    private async Task<HttpResponseMessage[]> SendAsync(Customer customer, int count, string path = "/")
    {
        using var client = routes.Gateway.ClientOf(customer);
        var answers = new HttpResponseMessage[count];
        for (var request = 0; request < count; request++)
        {
            answers[request] = await client.GetAsync(path);
        }

        return answers;
    }
}
