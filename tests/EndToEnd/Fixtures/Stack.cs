using System.Net;
using System.Text.Json;
using Gateway.Contracts;
using Gateway.Database;
using Gateway.LocalStack.Processes;
using Gateway.LocalStack.Servers;
using Gateway.Testing;
using Npgsql;

namespace Gateway.EndToEnd.Tests.Fixtures;

/// <summary>The whole product as processes, with a database of its own on the servers of the test run.</summary>
internal sealed class Stack : IAsyncDisposable
{
    private readonly TemporaryDirectory _directory = new();
    private readonly Dictionary<string, string?> _environment;
    private readonly List<ChildProcess> _processes = [];
    private readonly string _connectionString;
    private readonly int _proxyPort = FreePort.Next();
    private readonly int _gatewayManagementPort = FreePort.Next();
    private readonly int _processorManagementPort = FreePort.Next();
    private readonly int _backendPort = FreePort.Next();

    private Stack(string databaseUrl, string redisUrl, string bootstrapServers)
    {
        _connectionString = DatabaseUrl.Parse(databaseUrl).ConnectionString;
        _environment = new()
        {
            [EnvironmentVariables.DatabaseUrl] = databaseUrl,
            [EnvironmentVariables.AnalyticsDatabaseUrl] = null,
            [EnvironmentVariables.RedisUrl] = redisUrl,
            [EnvironmentVariables.KafkaBootstrapServers] = bootstrapServers,
            ["ASPNETCORE_URLS"] = null,
            ["Proxy__Address"] = "127.0.0.1",
            ["Proxy__Port"] = $"{_proxyPort}",
            ["Management__Address"] = "127.0.0.1",
            ["Shutdown__DrainSeconds"] = "0",

            // All gateways of a stack share a volume.
            ["Usage__JournalDirectory"] = _directory.Combine("journal"),

            // A busy test machine is no slow Redis: units whose answer comes too late are lost.
            ["RateLimits__RedisTimeoutMilliseconds"] = "2000",
            ["ReverseProxy__Clusters__default__Destinations__default__Address"] = $"http://127.0.0.1:{_backendPort}/",
        };
    }

    public ChildProcess Gateway { get; private set; } = null!;

    public ChildProcess Processor { get; private set; } = null!;

    public Uri ProxyUrl => new($"http://127.0.0.1:{_proxyPort}");

    public string LogFolder => _directory.Path;

    /// <summary>A setting of every process that is started from now on.</summary>
    public void Set(string name, string? value) => _environment[name] = value;

    public static async Task<Stack> StartAsync(TestServers servers, IBroker broker)
    {
        var stack = Create(await servers.CreateDatabaseAsync(), (await servers.RedisAsync()).Url, broker.BootstrapServers);
        await stack.StartBackendAsync();
        await stack.StartProcessorAsync();
        await stack.StartGatewayAsync();
        await stack.UntilReadyAsync();
        return stack;
    }

    public static Stack Create(string databaseUrl, string redisUrl, string bootstrapServers) => new(databaseUrl, redisUrl, bootstrapServers);

    public Task StartBackendAsync() =>
        StartAsync("sample-backend", new() { ["ASPNETCORE_URLS"] = $"http://127.0.0.1:{_backendPort}" });

    public async Task StartGatewayAsync() =>
        Gateway = await StartAsync("gateway", new(_environment) { ["Management__Port"] = $"{_gatewayManagementPort}" });

    /// <summary>One more gateway on the same database.</summary>
    public async Task<(ChildProcess Process, Uri Url)> StartAnotherGatewayAsync()
    {
        var (proxyPort, managementPort) = (FreePort.Next(), FreePort.Next());
        var process = await StartGatewayAsync(proxyPort, managementPort);
        return (process, new Uri($"http://127.0.0.1:{proxyPort}"));
    }

    /// <summary>One more gateway, on these ports; one that was killed comes back there.</summary>
    public async Task<ChildProcess> StartGatewayAsync(int proxyPort, int managementPort)
    {
        var process = await StartAsync(
            "gateway", new(_environment) { ["Proxy__Port"] = $"{proxyPort}", ["Management__Port"] = $"{managementPort}" }, "another-gateway");
        using var client = new HttpClient();
        await Readiness.WaitAsync(
            process,
            token => Readiness.AnswersOkAsync(client, $"http://127.0.0.1:{managementPort}/health/ready", token),
            TimeSpan.FromSeconds(60),
            default);
        return process;
    }

    public async Task StartProcessorAsync() =>
        Processor = await StartAsync("usage-processor", new(_environment) { ["Management__Port"] = $"{_processorManagementPort}" });

    /// <summary>Gateway, processor and backend.</summary>
    public async Task UntilReadyAsync()
    {
        await UntilAsync(HttpStatusCode.OK, $"http://127.0.0.1:{_backendPort}/health");
        await UntilProcessorAnswersAsync(HttpStatusCode.OK, "/health/ready");
        await UntilGatewayAnswersAsync(HttpStatusCode.OK, "/health/ready");
    }

    public Task UntilGatewayAnswersAsync(HttpStatusCode status, string path) =>
        UntilAsync(status, $"http://127.0.0.1:{_gatewayManagementPort}{path}");

    public Task UntilProcessorAnswersAsync(HttpStatusCode status, string path) =>
        UntilAsync(status, $"http://127.0.0.1:{_processorManagementPort}{path}");

    /// <summary>Runs the CLI and answers its standard output.</summary>
    public async Task<string> KeygenAsync(params string[] arguments)
    {
        var result = await RunKeygenAsync(arguments);
        Assert.True(result.ExitCode == 0, $"keygen {string.Join(' ', arguments)}: {result.Errors}");
        return result.Output;
    }

    /// <summary>Runs the CLI, however it ends.</summary>
    public Task<ProgramResult> RunKeygenAsync(params string[] arguments) => Programs.RunAsync("keygen", arguments, _environment);

    /// <summary>The totals of <c>keygen usage</c>: requests, billable requests.</summary>
    public async Task<(long Requests, long Billable)> UsageAsync(string organizationId)
    {
        using var usage = JsonDocument.Parse(await KeygenAsync("usage", "--org-id", organizationId, "--json"));
        var total = usage.RootElement.GetProperty("total");
        return (total.GetProperty("requests").GetInt64(), total.GetProperty("billableRequests").GetInt64());
    }

    /// <summary>A client that sends a key, or none.</summary>
    public HttpClient Client(string? key = null)
    {
        var client = new HttpClient { BaseAddress = ProxyUrl };
        if (key is not null)
        {
            client.DefaultRequestHeaders.Authorization = new("Bearer", key);
        }

        return client;
    }

    public async Task<T> QueryAsync<T>(string sql)
    {
        await using var connection = new NpgsqlConnection(_connectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        return (T)(await command.ExecuteScalarAsync())!;
    }

    public async ValueTask DisposeAsync()
    {
        // The gateway first: it hands over its last events.
        foreach (var process in Enumerable.Reverse(_processes))
        {
            await process.DisposeAsync();
        }

        _directory.Dispose();
    }

    private async Task<ChildProcess> StartAsync(string name, Dictionary<string, string?> environment, string? log = null)
    {
        var process = await Programs.StartAsync(name, _directory.Combine($"{log ?? name}.log"), environment);
        _processes.Add(process);
        return process;
    }

    private static async Task UntilAsync(HttpStatusCode status, string url)
    {
        using var client = new HttpClient();
        await Eventually.EqualsAsync<HttpStatusCode?>(
            status,
            async () =>
            {
                try
                {
                    using var response = await client.GetAsync(new Uri(url));
                    return response.StatusCode;
                }
                catch (HttpRequestException)
                {
                    return null;
                }
            },
            TimeSpan.FromSeconds(60));
    }
}
