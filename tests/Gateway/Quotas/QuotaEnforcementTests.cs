using System.Net;
using Gateway.Quotas;
using Gateway.Testing;
using Gateway.Tests.Fixtures;
using Gateway.Tests.RateLimiting;

namespace Gateway.Tests.Quotas;

public sealed class QuotaEnforcementTests(LimitedRoutes routes) : IClassFixture<LimitedRoutes>
{
    private LimitWorld World => routes.World;

    [Fact]
    public async Task Hard_quota_refuses_until_the_month_ends()
    {
        var customer = await WithQuotaAsync(3);
        using var client = World.Gateway.ClientOf(customer);
        for (var request = 0; request < 3; request++)
        {
            Assert.Equal(HttpStatusCode.OK, (await client.GetAsync("/")).StatusCode);
        }

        using var refused = await client.GetAsync("/");

        Assert.Equal(HttpStatusCode.TooManyRequests, refused.StatusCode);
        var month = QuotaMonth.At(TimeProvider.System.GetUtcNow(), TimeZoneInfo.Utc);
        var untilEnd = (month.End - TimeProvider.System.GetUtcNow()).TotalSeconds;
        var problem = await refused.ReadProblemAsync();
        Assert.Equal("urn:gateway:problem:quota-exceeded", problem.Type());
        Assert.Equal("month", problem.GetProperty("limit").GetString());
        Assert.Equal((3, 0), (problem.GetProperty("limitUnits").GetInt32(), problem.GetProperty("remainingUnits").GetInt32()));
        Assert.Contains($"{month.End:yyyy-MM-dd}T00:00:00Z", problem.GetProperty("detail").GetString(), StringComparison.Ordinal);
        Assert.Equal(refused.RetryAfterSeconds(), problem.GetProperty("retryAfterSeconds").GetInt32());
        Assert.Equal(untilEnd, refused.RetryAfterSeconds(), tolerance: 30);
        Assert.Contains($"\"month\";q=3;w={(month.End - month.Start).TotalSeconds:0}", refused.Header("RateLimit-Policy"), StringComparison.Ordinal);
        Assert.Equal(0, refused.Remaining()["month"]);
        Assert.Equal("3", refused.Header("X-RateLimit-Limit"));
    }

    [Fact]
    public async Task Refusal_by_the_quota_takes_nothing_from_the_buckets()
    {
        var customer = await WithQuotaAsync(2);

        // A bucket that does not fill up while a test runs.
        await World.Customers.LimitAsync(customer, "day", 1, 100);
        using var client = World.Gateway.ClientOf(customer);
        HttpResponseMessage? last = null;
        for (var request = 0; request < 4; request++)
        {
            last = await client.GetAsync("/");
        }

        Assert.Equal(98, last!.Remaining()["day"]);
    }

    [Fact]
    public async Task Soft_quota_lets_through_what_is_over_it_and_goes_on_counting()
    {
        var customer = await WithQuotaAsync(2, "soft");
        using var counts = new LimitCounts(World.Gateway);
        using var client = World.Gateway.ClientOf(customer);

        for (var request = 1; request <= 5; request++)
        {
            using var answer = await client.GetAsync("/");
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
            Assert.Equal(Math.Max(0, 2 - request), answer.Remaining()["month"]);
        }

        Assert.Equal(3, counts.WouldRefuse("month"));
        await UsedBecomesAsync(customer, 5);
    }

    [Fact]
    public async Task Soft_quota_under_load_counts_every_request()
    {
        var customer = await WithQuotaAsync(50, "soft");
        using var counts = new LimitCounts(World.Gateway);

        var statuses = await Traffic.SendAsync([World.Gateway], customer, clients: 10, requestsPerClient: 40);

        Assert.Equal(400, statuses.Passed());
        await UsedBecomesAsync(customer, 400);

        // A gateway cannot know exactly which requests of a lease were the first over it.
        Assert.InRange(counts.WouldRefuse("month"), 325, 375);
    }

    [Fact]
    public async Task Counter_that_Redis_has_lost_begins_with_what_the_ledger_says()
    {
        var customer = await WithQuotaAsync(100);
        await World.Customers.ExecuteAsync(
            """
            INSERT INTO usage_ledger (organization_id, api_key_id, route, hour, requests, billable_requests, billable_units, request_bytes, response_bytes)
            VALUES ($1, $2, 'default', date_trunc('hour', now(), 'UTC'), 98, 98, 98, 0, 0)
            """,
            customer.OrganizationId, customer.KeyId);
        using var client = World.Gateway.ClientOf(customer);

        using var first = await client.GetAsync("/");
        using var second = await client.GetAsync("/");
        using var third = await client.GetAsync("/");

        Assert.Equal((200, 200, 429), ((int)first.StatusCode, (int)second.StatusCode, (int)third.StatusCode));
        Assert.Equal(1, first.Remaining()["month"]);
    }

    [Fact]
    public async Task What_the_backend_fails_at_is_given_back()
    {
        var customer = await WithQuotaAsync(2);
        using var client = World.Gateway.ClientOf(customer);

        for (var request = 0; request < 6; request++)
        {
            Assert.Equal(HttpStatusCode.InternalServerError, (await client.GetAsync("/fails")).StatusCode);
        }

        await UsedBecomesAsync(customer, 0);
    }

    [Fact]
    public async Task Reached_thresholds_are_rows()
    {
        var customer = await WithQuotaAsync(100);
        Assert.Equal(81, (await Traffic.SendAsync([World.Gateway], customer, clients: 1, requestsPerClient: 81)).Passed());
        await Eventually.EqualsAsync("80", () => ThresholdsAsync(customer));

        Assert.Equal(19, (await Traffic.SendAsync([World.Gateway], customer, clients: 1, requestsPerClient: 25)).Passed());
        await Eventually.EqualsAsync("80 100", () => ThresholdsAsync(customer));
    }

    [Fact]
    public async Task Of_a_quota_that_two_busy_gateways_share_exactly_that_many_units_are_used()
    {
        await using var world = await LimitWorld.StartAsync(routes.Servers, 2, ("RateLimits:PerMinute", "1000000"), ("RateLimits:PerDay", "10000000"));
        var customer = await world.Customers.CreateAsync();
        await world.Customers.GiveQuotaAsync(customer, 300);

        var statuses = await Traffic.SendAsync(world.Gateways, customer, clients: 20, requestsPerClient: 50);

        statuses.ArePassedOrRefused();
        Assert.Equal(300, statuses.Passed());
    }

    private Task<string> ThresholdsAsync(Customer customer) => World.Customers.ReadAsync<string>(
        "SELECT coalesce(string_agg(threshold::text, ' ' ORDER BY threshold), '') FROM quota_alerts WHERE organization_id = $1",
        customer.OrganizationId);

    private async Task UsedBecomesAsync(Customer customer, long units)
    {
        var month = QuotaMonth.At(TimeProvider.System.GetUtcNow(), TimeZoneInfo.Utc).Name;
        await Eventually.EqualsAsync(
            units,
            async () => (long)await World.Database.HashGetAsync($"quota:{{{customer.OrganizationId}}}:{month}", "used"));
    }

    private async Task<Customer> WithQuotaAsync(long units, string enforcement = "hard")
    {
        var customer = await World.Customers.CreateAsync();
        await World.Customers.GiveQuotaAsync(customer, units, enforcement);
        return customer;
    }
}
