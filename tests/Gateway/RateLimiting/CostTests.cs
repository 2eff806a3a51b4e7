using System.Net;
using Gateway.Tests.Fixtures;

namespace Gateway.Tests.RateLimiting;

public sealed class CostTests(LimitedRoutes routes) : IClassFixture<LimitedRoutes>
{
    [Fact]
    public async Task Request_costs_what_its_route_says_for_its_method()
    {
        var customer = await LimitedAsync(burst: 100);
        using var client = routes.Gateway.ClientOf(customer);

        using var plain = await client.GetAsync("/");
        using var get = await client.GetAsync("/priced/");
        using var post = await client.PostAsync("/priced/", content: null);

        Assert.Equal((99, 94, 74), (plain.Remaining()["day"], get.Remaining()["day"], post.Remaining()["day"]));
    }

    [Fact]
    public async Task Refusal_says_what_the_request_would_have_cost_and_when_that_much_is_there()
    {
        var customer = await LimitedAsync(burst: 24);
        using var client = routes.Gateway.ClientOf(customer);
        Assert.Equal(HttpStatusCode.OK, (await client.PostAsync("/priced/", content: null)).StatusCode);

        using var refused = await client.GetAsync("/priced/");

        Assert.Equal(HttpStatusCode.TooManyRequests, refused.StatusCode);
        var problem = await refused.ReadProblemAsync();
        Assert.Equal((5, 4), (problem.GetProperty("costUnits").GetInt32(), problem.GetProperty("remainingUnits").GetInt32()));
        Assert.InRange(refused.RetryAfterSeconds(), 86_380, 86_400);

        // What is too little for one is enough for another.
        Assert.Equal(HttpStatusCode.OK, (await client.GetAsync("/")).StatusCode);
    }

    [Fact]
    public async Task Request_that_costs_more_than_a_limit_ever_holds_is_refused_without_a_time_to_retry()
    {
        var customer = await LimitedAsync(burst: 999);
        using var client = routes.Gateway.ClientOf(customer);

        using var refused = await client.GetAsync("/dear/");

        Assert.Equal(HttpStatusCode.TooManyRequests, refused.StatusCode);
        Assert.False(refused.Headers.Contains("Retry-After"));
        var problem = await refused.ReadProblemAsync();
        Assert.Equal("urn:gateway:problem:rate-limited", problem.Type());
        Assert.False(problem.TryGetProperty("retryAfterSeconds", out _));
        Assert.Contains("no retry will succeed", problem.GetProperty("detail").GetString(), StringComparison.Ordinal);
        Assert.Equal(1000, problem.GetProperty("costUnits").GetInt32());
        Assert.Equal(999, refused.Remaining()["day"]);
    }

    [Fact]
    public async Task Free_request_passes_an_empty_bucket_and_says_nothing_of_limits()
    {
        var customer = await LimitedAsync(burst: 1);
        using var client = routes.Gateway.ClientOf(customer);
        Assert.Equal(HttpStatusCode.OK, (await client.GetAsync("/")).StatusCode);
        Assert.Equal(HttpStatusCode.TooManyRequests, (await client.GetAsync("/")).StatusCode);

        using var free = await client.GetAsync("/free/");

        Assert.Equal(HttpStatusCode.OK, free.StatusCode);
        free.SaysNothingOfLimits();
    }

    [Fact]
    public async Task Usage_events_carry_what_requests_cost()
    {
        var customer = await LimitedAsync(burst: 26);
        using var client = routes.Gateway.ClientOf(customer);
        (await client.GetAsync("/")).Dispose();
        (await client.GetAsync("/priced/")).Dispose();
        (await client.PostAsync("/priced/", content: null)).Dispose();
        (await client.GetAsync("/free/")).Dispose();
        (await client.GetAsync("/priced/")).Dispose();

        var events = await Topic.EventsAsync(await routes.Servers.EmbeddedBrokerAsync(), customer.OrganizationId, 5);

        Assert.Equal(
            [(1L, true, 200), (5, true, 200), (20, true, 200), (0, true, 200), (5, false, 429)],
            events.Select(usageEvent => (usageEvent.Units, usageEvent.Billable, usageEvent.Status)));
    }

    /// <summary>A bucket of a day that does not fill up while a test runs.</summary>
    private async Task<Customer> LimitedAsync(long burst)
    {
        var customer = await routes.Customers.CreateAsync();
        await routes.Customers.LimitAsync(customer, "day", 1, burst);
        await routes.Customers.LimitAsync(customer, "minute", 1_000_000, 1_000_000);
        return customer;
    }
}
