using System.Net;
using Gateway.ApiKeys;
using Gateway.Contracts.ApiKeys;
using Gateway.Database;
using Gateway.Testing;
using Gateway.Tests.Fixtures;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Gateway.Tests.ApiKeys;

public sealed class LookupTests(TestServers servers)
{
    [Fact]
    public async Task Ten_thousand_concurrent_look_ups_of_a_key_that_is_not_in_memory_are_one_query()
    {
        await using var backend = await Backend.StartAsync();
        await using var gateway = await GatewayUnderTest.StartAsync(servers, backend);
        var customer = await CreateUnannouncedAsync(gateway);
        var store = gateway.Services.GetRequiredService<ApiKeyStore>();
        var hash = ApiKeyHash.Of(customer.Key);
        Assert.False(store.TryFindInMemory(hash, out _));
        using var queries = new KeyQueries(gateway.DatabaseUrl);

        var lookups = await Task.WhenAll(Enumerable.Range(0, 10_000).Select(_ => store.FindAsync(hash).AsTask()));

        Assert.All(lookups, lookup => Assert.Equal(customer.KeyId, lookup.Key?.Id));
        Assert.Equal(1, queries.Count);
    }

    [Fact]
    public async Task Requests_that_come_at_once_with_a_key_that_is_not_in_memory_all_succeed_on_one_query()
    {
        await using var backend = await Backend.StartAsync();
        await using var gateway = await GatewayUnderTest.StartAsync(servers, backend);
        var customer = await CreateUnannouncedAsync(gateway);
        using var queries = new KeyQueries(gateway.DatabaseUrl);
        using var client = gateway.ClientOf(customer);

        var statuses = await Task.WhenAll(Enumerable.Range(0, 200).Select(async _ => (await client.GetAsync("/")).StatusCode));

        Assert.All(statuses, status => Assert.Equal(HttpStatusCode.OK, status));
        Assert.Equal(1, queries.Count);
    }

    [Fact]
    public async Task Flood_of_unknown_keys_is_answered_over_a_few_connections_with_a_few_queries_and_each_key_among_them_by_itself()
    {
        await using var backend = await Backend.StartAsync();
        await using var gateway = await GatewayUnderTest.StartAsync(servers, backend, ("ApiKeys:QueryTimeoutMilliseconds", "30000"));
        var first = await CreateUnannouncedAsync(gateway);
        var second = await CreateUnannouncedAsync(gateway);
        var store = gateway.Services.GetRequiredService<ApiKeyStore>();
        using var queries = new KeyQueries(gateway.DatabaseUrl);
        string[] keys = [.. UnknownKeys(150), first.Key, .. UnknownKeys(150), second.Key, .. UnknownKeys(150)];

        var lookups = await Task.WhenAll(keys.Select(key => store.FindAsync(ApiKeyHash.Of(key)).AsTask()));

        Assert.Equal(
            keys.Select(key => key == first.Key ? first.KeyId : key == second.Key ? second.KeyId : default(Guid?)),
            lookups.Select(static lookup => lookup.Key?.Id));
        Assert.DoesNotContain(lookups, static lookup => lookup.Result == ApiKeyLookupResult.Unavailable);
        Assert.InRange(queries.Count, 1, keys.Length / 4);
        await using var database = NpgsqlDataSource.Create(DatabaseUrl.Parse(gateway.DatabaseUrl));
        await using var count = database.CreateCommand(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND query LIKE 'SELECT configuration_version.version%'");
        Assert.InRange((long)(await count.ExecuteScalarAsync())!, 1, PostgresApiKeySource.MaximumConnections);
    }

    [Fact]
    public async Task Unknown_revoked_expired_disabled_and_suspended_keys_get_the_same_answer_for_the_same_work()
    {
        await using var backend = await Backend.StartAsync();
        await using var gateway = await GatewayUnderTest.StartAsync(servers, backend);
        List<string> keys = [ApiKeyFormat.Generate(ApiKeyEnvironment.Live)];
        foreach (var end in (string[])
            [
                "UPDATE api_keys SET revoked_at = now() WHERE id = $1",
                "UPDATE api_keys SET expires_at = now() WHERE id = $1",
                "UPDATE api_keys SET disabled_at = now() WHERE id = $1",
                "UPDATE organizations SET status = 'suspended' FROM api_keys WHERE organizations.id = organization_id AND api_keys.id = $1",
            ])
        {
            var customer = await gateway.Customers.CreateAsync();
            await gateway.Customers.ExecuteAsync(end, customer.KeyId);
            keys.Add(customer.Key);
        }

        await gateway.Customers.GatewaysAreInStepAsync();
        var answers = new List<string>();
        foreach (var key in keys)
        {
            using var queries = new KeyQueries(gateway.DatabaseUrl);
            using var client = gateway.ClientOf(new Customer(default, default, key));
            using var first = await client.GetAsync("/");
            using var second = await client.GetAsync("/");
            var problem = await first.ReadProblemAsync();
            answers.Add($"{first.StatusCode} {second.StatusCode} {problem.Type()} {string.Join(',', first.Headers.Select(header => header.Key))}");

            // One query for the first request, none for the second: neither answer nor time tells them apart.
            Assert.Equal(1, queries.Count);
        }

        Assert.Single(answers.Distinct());
    }

    private static IEnumerable<string> UnknownKeys(int count) => Enumerable.Range(0, count).Select(static _ => ApiKeyFormat.Generate(ApiKeyEnvironment.Live));

    /// <summary>A key that no gateway is told of, as if its notification and its version were still under way.</summary>
    private static async Task<Customer> CreateUnannouncedAsync(GatewayUnderTest gateway)
    {
        var customer = await gateway.Customers.CreateAsync();
        var key = ApiKeyFormat.Generate(ApiKeyEnvironment.Live);
        var keyId = Guid.NewGuid();
        await gateway.Customers.ExecuteAsync("ALTER TABLE api_keys DISABLE TRIGGER USER");
        await gateway.Customers.ExecuteAsync(
            "INSERT INTO api_keys (id, organization_id, name, key_hash, key_prefix) VALUES ($1, $2, 'unannounced', $3, $4)",
            keyId, customer.OrganizationId, ApiKeyHash.Of(key).ToArray(), ApiKeyFormat.Display(key));
        await gateway.Customers.ExecuteAsync("ALTER TABLE api_keys ENABLE TRIGGER USER");
        return customer with { KeyId = keyId, Key = key };
    }
}
