using System.Diagnostics;
using System.Net;
using Gateway.Contracts;
using Gateway.Testing;
using Gateway.Tests.Fixtures;
using StackExchange.Redis;

namespace Gateway.Tests.RateLimiting;

public sealed class RateLimitTests(TestServers servers)
{
    private const int Clients = 50;
    private const int RequestsPerClient = 10;

    [Fact]
    public async Task Of_500_requests_from_50_clients_at_a_limit_of_100_exactly_100_pass()
    {
        await using var backend = await Backend.StartAsync();
        await using var gateway = await GatewayUnderTest.StartAsync(servers, backend);
        var customer = await gateway.Customers.CreateAsync();
        await gateway.Customers.LimitAsync(customer, "day", 100, 100);

        var statuses = await BurstAsync([gateway], customer);

        Assert.Equal(100, statuses.Count(status => status == HttpStatusCode.OK));
        Assert.Equal(400, statuses.Count(status => status == HttpStatusCode.TooManyRequests));
        Assert.Equal(100, backend.Received.Count);
    }

    [Fact]
    public async Task Three_gateways_share_one_limit()
    {
        await using var backend = await Backend.StartAsync();
        await using var first = await GatewayUnderTest.StartAsync(servers, backend);
        await using var second = await GatewayUnderTest.StartAsync(servers, backend, (EnvironmentVariables.DatabaseUrl, first.DatabaseUrl));
        await using var third = await GatewayUnderTest.StartAsync(servers, backend, (EnvironmentVariables.DatabaseUrl, first.DatabaseUrl));
        var customer = await first.Customers.CreateAsync();
        await first.Customers.LimitAsync(customer, "day", 100, 100);

        var statuses = await BurstAsync([first, second, third], customer);

        Assert.Equal(100, statuses.Count(status => status == HttpStatusCode.OK));
    }

    [Fact]
    public async Task Refusal_names_the_limit_and_every_answer_says_where_the_client_stands()
    {
        await using var backend = await Backend.StartAsync(context =>
        {
            context.Response.Headers["X-RateLimit-Remaining"] = "of the backend";
            return Task.CompletedTask;
        });
        await using var gateway = await GatewayUnderTest.StartAsync(servers, backend);
        var customer = await gateway.Customers.CreateAsync();
        await gateway.Customers.LimitAsync(customer, "day", 1000, 500);
        await gateway.Customers.LimitAsync(customer, "minute", 6, 1);
        using var client = gateway.ClientOf(customer);

        var started = Stopwatch.GetTimestamp();
        using var allowed = await client.GetAsync("/");
        using var refused = await client.GetAsync("/");

        Assert.Equal(HttpStatusCode.OK, allowed.StatusCode);
        Assert.Equal("\"minute\";q=6;w=60;burst=1, \"day\";q=1000;w=86400;burst=500", Header(allowed, "RateLimit-Policy"));
        Assert.Equal("\"minute\";r=0;t=10, \"day\";r=499;t=87", Header(allowed, "RateLimit"));
        Assert.Equal("6", Header(allowed, "X-RateLimit-Limit"));
        Assert.Equal("0", Header(allowed, "X-RateLimit-Remaining"));
        Assert.Equal("10", Header(allowed, "X-RateLimit-Reset"));

        Assert.Equal(HttpStatusCode.TooManyRequests, refused.StatusCode);
        var problem = await refused.ReadProblemAsync();
        Assert.Equal("urn:gateway:problem:rate-limited", problem.Type());
        Assert.Equal("minute", problem.GetProperty("limit").GetString());
        Assert.Equal(6, problem.GetProperty("limitUnits").GetInt64());
        Assert.Equal(60, problem.GetProperty("windowSeconds").GetInt32());
        Assert.InRange(problem.GetProperty("retryAfterSeconds").GetInt32(), 9 - (int)Stopwatch.GetElapsedTime(started).TotalSeconds, 10);
        Assert.Equal(Header(refused, "Retry-After"), $"{problem.GetProperty("retryAfterSeconds").GetInt32()}");
        Assert.Single(backend.Received);
    }

    [Fact]
    public async Task Refused_request_takes_nothing_from_any_bucket()
    {
        await using var backend = await Backend.StartAsync();
        await using var gateway = await GatewayUnderTest.StartAsync(servers, backend);
        var customer = await gateway.Customers.CreateAsync();
        await gateway.Customers.LimitAsync(customer, "day", 5, 5);
        await gateway.Customers.LimitAsync(customer, "minute", 1, 2);
        using var client = gateway.ClientOf(customer);

        string[] remainingOfDay = [];
        for (var request = 0; request < 4; request++)
        {
            using var response = await client.GetAsync("/");
            remainingOfDay = [.. remainingOfDay, Header(response, "RateLimit").Split(", ")[1].Split(';')[1]];
        }

        Assert.Equal(["r=4", "r=3", "r=3", "r=3"], remainingOfDay);
    }

    [Fact]
    public async Task Changed_limit_applies_within_a_second()
    {
        await using var backend = await Backend.StartAsync();
        await using var gateway = await GatewayUnderTest.StartAsync(servers, backend);
        var customer = await gateway.Customers.CreateAsync();
        using var client = gateway.ClientOf(customer);
        Assert.Equal(HttpStatusCode.OK, (await client.GetAsync("/")).StatusCode);

        await gateway.Customers.LimitAsync(customer, "minute", 7, 7);

        await Eventually.EqualsAsync(
            "7", async () => Header(await client.GetAsync("/"), "X-RateLimit-Limit"), TimeSpan.FromSeconds(1));
    }

    [Fact]
    public async Task Flushed_scripts_are_not_noticed()
    {
        await using var backend = await Backend.StartAsync();
        await using var gateway = await GatewayUnderTest.StartAsync(servers, backend);
        var customer = await gateway.Customers.CreateAsync();
        await gateway.Customers.LimitAsync(customer, "day", 10, 10);
        using var client = gateway.ClientOf(customer);
        Assert.Equal("9", Header(await client.GetAsync("/"), "X-RateLimit-Remaining"));

        var redis = await ConnectionMultiplexer.ConnectAsync($"127.0.0.1:{(await servers.RedisAsync()).Port}");
        await redis.GetDatabase().ExecuteAsync("SCRIPT", "FLUSH");
        redis.Dispose();

        Assert.Equal("8", Header(await client.GetAsync("/"), "X-RateLimit-Remaining"));
    }

    private static async Task<HttpStatusCode[]> BurstAsync(GatewayUnderTest[] gateways, Customer customer)
    {
        var bursts = Enumerable.Range(0, Clients).Select(async number =>
        {
            using var client = gateways[number % gateways.Length].ClientOf(customer);
            var statuses = new List<HttpStatusCode>();
            for (var request = 0; request < RequestsPerClient; request++)
            {
                using var response = await client.GetAsync("/");
                statuses.Add(response.StatusCode);
            }

            return statuses;
        });
        return [.. (await Task.WhenAll(bursts)).SelectMany(statuses => statuses)];
    }

    private static string Header(HttpResponseMessage response, string name) => Assert.Single(response.Headers.GetValues(name));
}
