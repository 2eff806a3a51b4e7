using System.Net;
using Gateway.Testing;
using Gateway.Tests.Fixtures;

namespace Gateway.Tests.ApiKeys;

public sealed class LastUseTests(TestServers servers)
{
    private const string LastUsed = "SELECT coalesce((SELECT last_used_at FROM api_key_last_used WHERE api_key_id = $1), '-infinity')";

    [Fact]
    public async Task Last_use_of_a_key_is_written_in_batches_and_only_for_keys_that_were_used()
    {
        await using var backend = await Backend.StartAsync();
        await using var gateway = await GatewayUnderTest.StartAsync(servers, backend, ("ApiKeys:LastUseSeconds", "1"));
        var used = await gateway.Customers.CreateAsync();
        var unused = await gateway.Customers.CreateAsync();
        using var client = gateway.ClientOf(used);
        var before = TimeProvider.System.GetUtcNow().UtcDateTime;
        for (var request = 0; request < 20; request++)
        {
            Assert.Equal(HttpStatusCode.OK, (await client.GetAsync("/")).StatusCode);
        }

        var first = await LastUseAfterAsync(gateway, used, before);
        Assert.Equal(1, await gateway.Customers.ReadAsync<long>("SELECT count(*) FROM api_key_last_used"));
        Assert.Equal(0, await gateway.Customers.ReadAsync<long>("SELECT count(*) FROM api_key_last_used WHERE api_key_id = $1", unused.KeyId));

        // Used again, it is written again.
        Assert.Equal(HttpStatusCode.OK, (await client.GetAsync("/")).StatusCode);
        await LastUseAfterAsync(gateway, used, first);
    }

    [Fact]
    public async Task Last_use_is_written_when_the_gateway_stops_and_never_goes_back()
    {
        await using var backend = await Backend.StartAsync();
        await using var gateway = await GatewayUnderTest.StartAsync(servers, backend);
        var late = await gateway.Customers.CreateAsync();
        var early = await gateway.Customers.CreateAsync();
        await gateway.Customers.ExecuteAsync("INSERT INTO api_key_last_used VALUES ($1, now() + interval '1 day')", late.KeyId);
        var tomorrow = await gateway.Customers.ReadAsync<DateTime>(LastUsed, late.KeyId);
        var before = TimeProvider.System.GetUtcNow().UtcDateTime;
        using var lateClient = gateway.ClientOf(late);
        using var earlyClient = gateway.ClientOf(early);
        Assert.Equal(HttpStatusCode.OK, (await lateClient.GetAsync("/")).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await earlyClient.GetAsync("/")).StatusCode);

        await gateway.StopAsync();

        Assert.InRange(await gateway.Customers.ReadAsync<DateTime>(LastUsed, early.KeyId), before.AddSeconds(-1), TimeProvider.System.GetUtcNow().UtcDateTime);
        Assert.Equal(tomorrow, await gateway.Customers.ReadAsync<DateTime>(LastUsed, late.KeyId));
    }

    private static Task<DateTime> LastUseAfterAsync(GatewayUnderTest gateway, Customer customer, DateTime before) => Eventually.BecomesAsync(
        () => gateway.Customers.ReadAsync<DateTime>(LastUsed, customer.KeyId), time => time > before, "the use is written");
}
