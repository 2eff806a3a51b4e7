using System.Net;
using Gateway.Tests.Fixtures;

namespace Gateway.Tests.RateLimiting;

public sealed class DimensionTests(LimitedRoutes routes) : IClassFixture<LimitedRoutes>
{
    [Fact]
    public async Task Key_with_a_limit_of_its_own_is_refused_and_the_other_key_of_its_organization_is_not()
    {
        var customer = await routes.Customers.CreateAsync();
        var other = await routes.Customers.CreateAsync();
        await routes.Customers.ExecuteAsync("UPDATE api_keys SET organization_id = $1 WHERE id = $2", customer.OrganizationId, other.KeyId);
        await routes.Customers.LimitKeyAsync(customer, 1, 2);
        using var client = routes.Gateway.ClientOf(customer);
        using var clientOfOther = routes.Gateway.ClientOf(other);

        Assert.Equal("200 200 429", await StatusesAsync(client, "/", 3));
        using var ofOther = await clientOfOther.GetAsync("/");

        Assert.Equal(HttpStatusCode.OK, ofOther.StatusCode);
        Assert.Equal(["minute", "day"], ofOther.Remaining().Keys);

        // Both keys share what the organization has; it fills up meanwhile.
        Assert.InRange(ofOther.Remaining()["minute"], 597, 599);
    }

    [Fact]
    public async Task Route_with_a_limit_has_a_bucket_for_each_organization()
    {
        using var first = routes.Gateway.ClientOf(await routes.Customers.CreateAsync());
        using var second = routes.Gateway.ClientOf(await routes.Customers.CreateAsync());

        Assert.Equal("200 200 200 429", await StatusesAsync(first, "/limited/", 4));
        Assert.Equal("200", await StatusesAsync(first, "/", 1));
        Assert.Equal("200 200 200 429", await StatusesAsync(second, "/limited/", 4));
    }

    [Fact]
    public async Task Limit_of_an_organization_over_a_route_goes_before_what_the_route_says()
    {
        var customer = await routes.Customers.CreateAsync();
        await routes.Customers.LimitRouteAsync(customer, "limited", 1, 1);
        using var client = routes.Gateway.ClientOf(customer);

        Assert.Equal("200 429", await StatusesAsync(client, "/limited/", 2));
    }

    [Fact]
    public async Task Limit_of_an_organization_over_a_route_that_says_nothing_holds()
    {
        var customer = await routes.Customers.CreateAsync();
        await routes.Customers.LimitRouteAsync(customer, "default", 1, 2);
        using var client = routes.Gateway.ClientOf(customer);

        Assert.Equal("200 200 429", await StatusesAsync(client, "/", 3));
        Assert.Equal("200", await StatusesAsync(client, "/priced/", 1));
    }

    [Fact]
    public async Task Headers_name_every_limit_and_show_the_one_with_the_least_left()
    {
        var customer = await FullyLimitedAsync(key: 40, route: 30, minute: 20, day: 50);
        using var client = routes.Gateway.ClientOf(customer);

        using var response = await client.GetAsync("/limited/");

        Assert.Equal(
            "\"minute\";q=1;w=60;burst=20, \"day\";q=1;w=86400;burst=50, \"key-minute\";q=1;w=60;burst=40, \"route-minute\";q=1;w=60;burst=30",
            response.Header("RateLimit-Policy"));
        Assert.Equal(
            "\"minute\";r=19;t=60, \"day\";r=49;t=86400, \"key-minute\";r=39;t=60, \"route-minute\";r=29;t=60",
            response.Header("RateLimit"));
        Assert.Equal(("1", "19", "60"), (response.Header("X-RateLimit-Limit"), response.Header("X-RateLimit-Remaining"), response.Header("X-RateLimit-Reset")));
    }

    [Theory]
    [InlineData("key-minute", 60)]
    [InlineData("route-minute", 60)]
    [InlineData("minute", 60)]
    [InlineData("day", 86_400)]
    public async Task Refusal_by_one_limit_names_it_and_takes_from_none(string name, int windowSeconds)
    {
        var customer = await FullyLimitedAsync(
            key: name == "key-minute" ? 2 : 10, route: name == "route-minute" ? 2 : 10, minute: name == "minute" ? 2 : 10, day: name == "day" ? 2 : 10);
        using var client = routes.Gateway.ClientOf(customer);
        Assert.Equal("200 200 429 429", await StatusesAsync(client, "/limited/", 4));

        using var refused = await client.GetAsync("/limited/");

        Assert.Equal(HttpStatusCode.TooManyRequests, refused.StatusCode);
        Assert.Equal(
            ["day=" + (name == "day" ? 0 : 8), "key-minute=" + (name == "key-minute" ? 0 : 8), "minute=" + (name == "minute" ? 0 : 8), "route-minute=" + (name == "route-minute" ? 0 : 8)],
            refused.Remaining().Select(item => $"{item.Key}={item.Value}").Order(StringComparer.Ordinal));
        Assert.Equal("0", refused.Header("X-RateLimit-Remaining"));
        var problem = await refused.ReadProblemAsync();
        Assert.Equal("urn:gateway:problem:rate-limited", problem.Type());
        Assert.Equal(name, problem.GetProperty("limit").GetString());
        Assert.Equal(
            (1, windowSeconds, 0, 1, refused.RetryAfterSeconds()),
            (problem.GetProperty("limitUnits").GetInt32(), problem.GetProperty("windowSeconds").GetInt32(), problem.GetProperty("remainingUnits").GetInt32(),
                problem.GetProperty("costUnits").GetInt32(), problem.GetProperty("retryAfterSeconds").GetInt32()));
        Assert.InRange(refused.RetryAfterSeconds(), windowSeconds - 20, windowSeconds);
    }

    [Fact]
    public async Task Of_two_limits_that_refuse_the_one_that_lasts_longer_is_named()
    {
        var customer = await FullyLimitedAsync(key: 10, route: 10, minute: 1, day: 1);
        using var client = routes.Gateway.ClientOf(customer);
        Assert.Equal("200", await StatusesAsync(client, "/", 1));

        using var refused = await client.GetAsync("/");

        Assert.Equal("day", (await refused.ReadProblemAsync()).GetProperty("limit").GetString());
        Assert.InRange(refused.RetryAfterSeconds(), 86_380, 86_400);
    }

    private static async Task<string> StatusesAsync(HttpClient client, string path, int count)
    {
        var statuses = new int[count];
        for (var request = 0; request < count; request++)
        {
            using var response = await client.GetAsync(path);
            statuses[request] = (int)response.StatusCode;
        }

        return string.Join(' ', statuses);
    }

    /// <summary>Buckets that hold that much and are filled by a unit per period.</summary>
    private async Task<Customer> FullyLimitedAsync(long key, long route, long minute, long day)
    {
        var customer = await routes.Customers.CreateAsync();
        await routes.Customers.LimitAsync(customer, "minute", 1, minute);
        await routes.Customers.LimitAsync(customer, "day", 1, day);
        await routes.Customers.LimitKeyAsync(customer, 1, key);
        await routes.Customers.LimitRouteAsync(customer, "limited", 1, route);
        return customer;
    }
}
