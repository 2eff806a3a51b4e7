using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Gateway.Contracts;
using Gateway.RateLimiting.Redis;
using Gateway.Testing;
using Gateway.Tests.Fixtures;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Gateway.Tests.Health;

public sealed class HealthTests(TestServers servers)
{
    [Fact]
    public async Task Gateway_without_its_servers_lives_says_what_it_waits_for_and_refuses_requests_with_503()
    {
        await using var backend = await Backend.StartAsync();
        using var postgres = new ClosedPort();
        using var redis = new ClosedPort();
        using var kafka = new ClosedPort();
        await using var gateway = await GatewayUnderTest.StartUnreadyAsync(
            $"postgresql://user:hunter2@127.0.0.1:{postgres.Port}/gateway",
            (EnvironmentVariables.RedisUrl, $"redis://:hunter2@127.0.0.1:{redis.Port}"),
            (EnvironmentVariables.KafkaBootstrapServers, $"127.0.0.1:{kafka.Port}"),
            ("ReverseProxy:Clusters:default:Destinations:default:Address", backend.Address));

        // First of all, because it goes on without Redis after a few seconds.
        string[] waitsFor =
            ["API keys in memory", $"PostgreSQL at 127.0.0.1:{postgres.Port}, database gateway", $"Redis at 127.0.0.1:{redis.Port}"];
        var text = await Eventually.BecomesAsync(
            async () =>
            {
                using var response = await gateway.ManagementAsync("/health/ready");
                return await response.Content.ReadAsStringAsync();
            },
            text => JsonDocument.Parse(text).RootElement.GetProperty("waitingFor").EnumerateObject().Select(property => property.Name).Order().SequenceEqual(waitsFor),
            string.Join(", ", waitsFor));
        Assert.DoesNotContain("hunter2", text, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, await gateway.StatusOfAsync("/health/live"));
        Assert.Equal(HttpStatusCode.ServiceUnavailable, await gateway.StatusOfAsync("/health/ready"));

        using var refused = await gateway.Client.GetAsync("/");
        Assert.Equal("urn:gateway:problem:not-ready", (await refused.ReadProblemAsync()).Type());
        Assert.NotNull(refused.Headers.RetryAfter);
    }

    [Fact]
    public async Task Gateway_starts_without_Redis_and_knows_with_how_many_it_shares_the_limits()
    {
        await using var backend = await Backend.StartAsync();
        var databaseUrl = await servers.CreateDatabaseAsync();
        await using (var connection = new NpgsqlConnection(Database.DatabaseUrl.Parse(databaseUrl).ConnectionString))
        {
            await connection.OpenAsync();
            await using var command = new NpgsqlCommand(
                """
                INSERT INTO gateway_instances (id, name, applied_version, maximum_age_seconds, seen_at)
                VALUES (gen_random_uuid(), 'alive', 1000000, 900, now() + interval '1 hour'), (gen_random_uuid(), 'gone', 1000000, 900, now() - interval '1 hour')
                """,
                connection);
            await command.ExecuteNonQueryAsync();
        }

        using var redis = new ClosedPort();
        await using var gateway = await GatewayUnderTest.StartAsync(
            servers,
            backend,
            (EnvironmentVariables.DatabaseUrl, databaseUrl),
            (EnvironmentVariables.RedisUrl, $"redis://127.0.0.1:{redis.Port}"));
        using var client = gateway.ClientOf(await gateway.Customers.CreateAsync());

        Assert.Equal("hello", await client.GetStringAsync("/"));
        await Eventually.EqualsAsync(2, () => Task.FromResult(gateway.Services.GetRequiredService<LiveGateways>().Count));
    }

    [Fact]
    public async Task Database_without_the_schema_is_waited_for()
    {
        await using var backend = await Backend.StartAsync();
        var postgres = await servers.PostgresAsync();
        var name = $"empty_{Guid.NewGuid():N}";
        await postgres.CreateDatabaseAsync(name, default);
        await using var gateway = await GatewayUnderTest.StartUnreadyAsync(
            postgres.Url(name),
            (EnvironmentVariables.RedisUrl, (await servers.RedisAsync()).Url),
            (EnvironmentVariables.KafkaBootstrapServers, (await servers.EmbeddedBrokerAsync()).BootstrapServers),
            ("ReverseProxy:Clusters:default:Destinations:default:Address", backend.Address));

        await Eventually.IsTrueAsync(
            async () =>
            {
                using var response = await gateway.ManagementAsync("/health/ready");
                var waitingFor = (await response.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("waitingFor");
                return waitingFor.EnumerateObject().Any(property => property.Value.GetString()!.Contains("gateway-db up", StringComparison.Ordinal));
            },
            "it says that the migrations are missing");
    }

    [Fact]
    public async Task Health_answers_on_both_ports_and_everything_else_belongs_to_the_backend()
    {
        await using var backend = await Backend.StartAsync();
        await using var gateway = await GatewayUnderTest.StartAsync(servers, backend);

        Assert.Equal(HttpStatusCode.OK, await gateway.StatusOfAsync("/health"));
        Assert.Equal(HttpStatusCode.NotFound, await gateway.StatusOfAsync("/anything"));
        Assert.Equal(HttpStatusCode.OK, (await gateway.Client.GetAsync("/health/ready")).StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, (await gateway.Client.GetAsync("/health/other")).StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, (await gateway.Client.GetAsync("/metrics")).StatusCode);
        Assert.Empty(backend.Received);
    }

    [Fact]
    public async Task Health_on_the_proxy_port_can_be_turned_off()
    {
        await using var backend = await Backend.StartAsync();
        await using var gateway = await GatewayUnderTest.StartAsync(servers, backend, ("Proxy:Health", "false"));
        using var client = gateway.ClientOf(await gateway.Customers.CreateAsync());

        Assert.Equal("hello", await client.GetStringAsync("/health"));
        Assert.Equal(HttpStatusCode.OK, await gateway.StatusOfAsync("/health"));
    }
}
