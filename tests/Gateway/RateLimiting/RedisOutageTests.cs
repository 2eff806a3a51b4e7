using System.Net;
using Gateway.Contracts;
using Gateway.LocalStack.Servers;
using Gateway.Testing;
using Gateway.Tests.Fixtures;
using StackExchange.Redis;

namespace Gateway.Tests.RateLimiting;

public sealed class RedisOutageTests(TestServers servers)
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Without_Redis_requests_go_on_within_the_limit_and_when_it_is_back_what_they_used_stays_used(bool isFrozen)
    {
        using var directory = new TemporaryDirectory();
        await using var redis = await RedisServer.StartAsync(directory.Path, FreePort.Next(), default);
        await using var backend = await Backend.StartAsync();
        await using var gateway = await GatewayUnderTest.StartAsync(servers, backend, (EnvironmentVariables.RedisUrl, redis.Url), ("RateLimits:RedisTimeoutMilliseconds", "1000"));
        var customer = await gateway.Customers.CreateAsync();
        await gateway.Customers.LimitAsync(customer, "day", 50, 50);
        using var client = gateway.ClientOf(customer);
        for (var request = 0; request < 10; request++)
        {
            Assert.Equal(HttpStatusCode.OK, (await client.GetAsync("/")).StatusCode);
        }

        if (isFrozen)
        {
            redis.Process.Freeze();
        }
        else
        {
            await redis.Process.KillAsync();
        }

        var statuses = new List<HttpStatusCode>();
        for (var request = 0; request < 60; request++)
        {
            statuses.Add((await client.GetAsync("/")).StatusCode);
        }

        Assert.Equal(40, statuses.Count(status => status == HttpStatusCode.OK));
        Assert.Equal(20, statuses.Count(status => status == HttpStatusCode.TooManyRequests));
        Assert.Equal(HttpStatusCode.OK, await gateway.StatusOfAsync("/health/ready"));

        if (isFrozen)
        {
            redis.Process.Thaw();
        }
        else
        {
            await redis.StartProcessAsync(default);
        }

        var newcomer = await gateway.Customers.CreateAsync();
        using var clientOfNewcomer = gateway.ClientOf(newcomer);
        using var connection = await ConnectionMultiplexer.ConnectAsync($"127.0.0.1:{redis.Port},abortConnect=false");
        await Eventually.EqualsAsync(
            true,
            async () =>
            {
                Assert.Equal(HttpStatusCode.OK, (await clientOfNewcomer.GetAsync("/")).StatusCode);
                return await connection.GetDatabase().KeyExistsAsync($"ratelimit:{{{newcomer.OrganizationId}}}:day");
            },
            deadline: TimeSpan.FromSeconds(5));

        // What was let through meanwhile is used, also where Redis has lost everything.
        Assert.Equal(HttpStatusCode.TooManyRequests, (await client.GetAsync("/")).StatusCode);
    }
}
