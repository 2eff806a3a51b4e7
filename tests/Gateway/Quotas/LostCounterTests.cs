using System.Net;
using Gateway.Contracts;
using Gateway.LocalStack.Servers;
using Gateway.RateLimiting.Buckets;
using Gateway.RateLimiting.Leases;
using Gateway.RateLimiting.Redis;
using Gateway.Testing;
using Gateway.Tests.Fixtures;
using Gateway.Tests.RateLimiting.Buckets;
using StackExchange.Redis;

namespace Gateway.Tests.Quotas;

/// <summary>A counter that Redis has lost begins anew from the ledger, and what was spent before is counted once.</summary>
public sealed class LostCounterTests(TestServers servers)
{
    private const long Now = 1_795_000_000_000;
    private const long Counter = Now - 1;

    [Fact]
    public async Task What_was_spent_without_Redis_and_is_in_the_ledger_is_not_counted_again()
    {
        using var directory = new TemporaryDirectory();
        await using var redis = await RedisServer.StartAsync(directory.Path, FreePort.Next(), default);
        await using var backend = await Backend.StartAsync();
        await using var gateway = await GatewayUnderTest.StartAsync(servers, backend, (EnvironmentVariables.RedisUrl, redis.Url));
        var customer = await gateway.Customers.CreateAsync();
        await gateway.Customers.ExecuteAsync("INSERT INTO quotas (organization_id, units_per_month) VALUES ($1, 1000)", customer.OrganizationId);
        await gateway.Customers.GatewaysAreInStepAsync();
        using var client = gateway.ClientOf(customer);
        await SendAsync(client, 5);
        await redis.Process.KillAsync();
        await SendAsync(client, 20);
        await gateway.Customers.ExecuteAsync(
            "INSERT INTO usage_ledger VALUES ($1, $2, 'default', date_trunc('hour', now(), 'UTC'), 25, 25, 25, 1, 1)",
            customer.OrganizationId,
            customer.KeyId);

        await redis.StartProcessAsync(default);
        var scripts = (RedisScripts)gateway.Services.GetService(typeof(RedisScripts))!;
        await Eventually.IsTrueAsync(() => Task.FromResult(scripts.IsAvailable), "Redis is asked again");
        await SendAsync(client, 1);

        using var connection = await ConnectionMultiplexer.ConnectAsync($"127.0.0.1:{redis.Port}");
        var key = $"quota:{{{customer.OrganizationId}}}:{TimeProvider.System.GetUtcNow():yyyy-MM}";
        await Eventually.EqualsAsync(26, async () => (long?)await connection.GetDatabase().HashGetAsync(key, "used") ?? -1);
    }

    [Theory]
    [InlineData(Counter, Counter, 107)]
    [InlineData(Counter, Counter - 1, 100)]
    [InlineData(Counter, 0, 107)]
    [InlineData(0, Counter, 107)]
    public async Task News_of_another_counter_change_nothing_where_the_ledger_knows_better(long counter, long about, long expected)
    {
        using var connection = await ConnectionMultiplexer.ConnectAsync($"127.0.0.1:{(await servers.RedisAsync()).Port}");
        var database = connection.GetDatabase();
        var key = $"quota:{{{Guid.NewGuid()}}}:2026-11";
        await database.HashSetAsync(key, counter == 0 ? [new("used", 100)] : [new("used", 100), new("began", counter)]);
        var news = new BucketNews(BucketNews.Full, Owed: 10, new LeaseNews(about, Spent: 0, Back: 3), default);

        var (_, reply) = await new BucketScript(database).CallAsync(key, $"1000,{Now + 1_000_000},1", 1, need: 0, wish: 0, news, Now);

        // Of a quota, these are the units used and the counter.
        Assert.Equal((expected, counter), (reply.Generation, reply.LapsesInMilliseconds));
        Assert.Equal(expected, (long)await database.HashGetAsync(key, "used"));
    }

    private static async Task SendAsync(HttpClient client, int requests)
    {
        for (var request = 0; request < requests; request++)
        {
            Assert.Equal(HttpStatusCode.OK, (await client.GetAsync("/")).StatusCode);
        }
    }
}
