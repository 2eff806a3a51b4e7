using System.Net;
using Gateway.Tests.Fixtures;

namespace Gateway.Tests.RateLimiting;

public sealed class ChangedLimitTests(ExactGateway exact) : IClassFixture<ExactGateway>
{
    [Fact]
    public async Task Raised_limit_gives_the_difference_at_once_and_lowered_again_takes_it()
    {
        var customer = await UsedAsync(burst: 10, used: 6);

        Assert.Equal(23, await RemainingAfterChangeAsync(customer, 30));
        Assert.Equal(2, await RemainingAfterChangeAsync(customer, 10));
    }

    [Fact]
    public async Task Lowered_limit_takes_what_is_there_and_no_more()
    {
        var customer = await UsedAsync(burst: 10, used: 6);
        await exact.World.Customers.LimitAsync(customer, "day", 1, 3);
        using var client = exact.World.Gateway.ClientOf(customer);

        using var refused = await client.GetAsync("/");

        Assert.Equal(HttpStatusCode.TooManyRequests, refused.StatusCode);
        Assert.Equal((0L, "\"day\";q=1;w=86400;burst=3"), (refused.Remaining()["day"], refused.Header("RateLimit-Policy").Split(", ")[1]));
        Assert.InRange(refused.RetryAfterSeconds(), 86_000, 86_400);
    }

    [Fact]
    public async Task Limit_that_goes_up_and_down_again_gives_nothing_away()
    {
        var customer = await UsedAsync(burst: 10, used: 9);
        for (var change = 0; change < 3; change++)
        {
            await exact.World.Customers.LimitAsync(customer, "day", 1, 50);
            await exact.World.Customers.LimitAsync(customer, "day", 1, 10);
        }

        var statuses = await Traffic.SendAsync([exact.World.Gateway], customer, clients: 1, requestsPerClient: 5);

        Assert.Equal(1, statuses.Passed());
    }

    [Fact]
    public async Task Rate_that_changes_neither_fills_nor_empties_the_bucket()
    {
        var customer = await UsedAsync(burst: 10, used: 4);
        await exact.World.Customers.LimitAsync(customer, "day", 20, 10);
        using var client = exact.World.Gateway.ClientOf(customer);

        using var response = await client.GetAsync("/");

        Assert.Equal(5, response.Remaining()["day"]);
        Assert.StartsWith("\"day\";q=20;", response.Header("RateLimit-Policy").Split(", ")[1], StringComparison.Ordinal);
    }

    private async Task<Customer> UsedAsync(long burst, int used)
    {
        var customer = await exact.World.Customers.CreateAsync();
        await exact.World.Customers.LimitAsync(customer, "day", 1, burst);
        await exact.World.Customers.LimitAsync(customer, "minute", 1_000_000, 1_000_000);
        Assert.Equal(used, (await Traffic.SendAsync([exact.World.Gateway], customer, clients: 1, requestsPerClient: used)).Passed());
        return customer;
    }

    private async Task<long> RemainingAfterChangeAsync(Customer customer, long burst)
    {
        await exact.World.Customers.LimitAsync(customer, "day", 1, burst);
        using var client = exact.World.Gateway.ClientOf(customer);
        using var response = await client.GetAsync("/");
        return response.Remaining()["day"];
    }
}
