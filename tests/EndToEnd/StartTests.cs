using System.Net;
using Gateway.Contracts;
using Gateway.EndToEnd.Tests.Fixtures;
using Gateway.LocalStack.Processes;
using Gateway.LocalStack.Servers;
using Gateway.Testing;

namespace Gateway.EndToEnd.Tests;

public sealed class StartTests(TestServers servers)
{
    [Fact]
    public async Task Services_that_start_before_their_servers_wait_and_then_work()
    {
        const string Database = "gateway";
        using var directory = new TemporaryDirectory();
        await using var broker = EmbeddedBroker.Start();
        await using var postgres = await PostgresServer.StartAsync(directory.Combine("postgres"), FreePort.Next(), durable: true, default);
        await postgres.CreateDatabaseAsync(Database, default);
        await postgres.Process.StopAsync();
        var redisPort = FreePort.Next();
        await using var stack = Stack.Create(postgres.Url(Database), $"redis://127.0.0.1:{redisPort}", broker.BootstrapServers);
        await stack.StartBackendAsync();
        await stack.StartProcessorAsync();
        await stack.StartGatewayAsync();
        await stack.UntilGatewayAnswersAsync(HttpStatusCode.OK, "/health/live");
        await stack.UntilProcessorAnswersAsync(HttpStatusCode.OK, "/health/live");
        await stack.UntilGatewayAnswersAsync(HttpStatusCode.ServiceUnavailable, "/health/ready");
        await stack.UntilProcessorAnswersAsync(HttpStatusCode.ServiceUnavailable, "/health/ready");

        await postgres.StartProcessAsync(default);
        await using var redis = await RedisServer.StartAsync(directory.Combine("redis"), redisPort, default);
        var migration = await Programs.RunAsync(
            "gateway-db", ["up"], new Dictionary<string, string?> { [EnvironmentVariables.DatabaseUrl] = postgres.Url(Database) });

        Assert.Equal(0, migration.ExitCode);
        await stack.UntilReadyAsync();
        var key = await stack.KeygenAsync("create", "--org-id", await stack.KeygenAsync("org", "create", "Early Ltd"), "--name", "web");
        using var client = stack.Client(key);
        Assert.Equal(HttpStatusCode.OK, (await client.GetAsync("/hello")).StatusCode);
        Assert.Contains("waiting for PostgreSQL", await File.ReadAllTextAsync(Path.Combine(stack.LogFolder, "gateway.log")), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("gateway")]
    [InlineData("usage-processor")]
    [InlineData("keygen", "org", "list")]
    [InlineData("gateway-db", "status")]
    public async Task Wrong_database_url_ends_every_program_with_one_line_that_names_it_without_the_password(string program, params string[] arguments)
    {
        var result = await Programs.RunAsync(program, arguments, new Dictionary<string, string?>
        {
            [EnvironmentVariables.DatabaseUrl] = "postgresql://user:hunter2@db.example/gateway?sslmode=sometimes",
            [EnvironmentVariables.AnalyticsDatabaseUrl] = null,
            [EnvironmentVariables.RedisUrl] = (await servers.RedisAsync()).Url,
            [EnvironmentVariables.KafkaBootstrapServers] = "127.0.0.1:1",
            ["ReverseProxy__Clusters__default__Destinations__default__Address"] = "http://127.0.0.1:1/",
            ["Management__Port"] = "0",
            ["Proxy__Port"] = "0",
        });

        Assert.Equal(2, result.ExitCode);
        Assert.Empty(result.Output);
        var line = Assert.Single(result.Errors.Split('\n'));
        Assert.Contains("DATABASE_URL", line, StringComparison.Ordinal);
        Assert.Contains("sslmode", line, StringComparison.Ordinal);
        Assert.DoesNotContain("hunter2", line, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Collector_that_is_none_ends_the_gateway_with_one_line_that_names_the_setting()
    {
        var result = await Programs.RunAsync("gateway", [], new Dictionary<string, string?>
        {
            [EnvironmentVariables.DatabaseUrl] = "postgresql://user:hunter2@127.0.0.1:1/gateway?sslmode=disable",
            [EnvironmentVariables.AnalyticsDatabaseUrl] = null,
            [EnvironmentVariables.RedisUrl] = "redis://127.0.0.1:1",
            [EnvironmentVariables.KafkaBootstrapServers] = "127.0.0.1:1",
            ["ReverseProxy__Clusters__default__Destinations__default__Address"] = "http://127.0.0.1:1/",
            ["OTEL_EXPORTER_OTLP_ENDPOINT"] = "user:hunter2@collector:4317",
            ["Management__Port"] = "0",
            ["Proxy__Port"] = "0",
        });

        Assert.Equal(2, result.ExitCode);
        var line = Assert.Single(result.Errors.Split('\n'));
        Assert.StartsWith("OTEL_EXPORTER_OTLP_ENDPOINT: ", line, StringComparison.Ordinal);
        Assert.DoesNotContain("hunter2", line, StringComparison.Ordinal);
    }
}
