using Gateway.Contracts;
using Gateway.Database.Running;
using Gateway.LocalStack.Processes;
using Gateway.LocalStack.Servers;
using Npgsql;

namespace Gateway.LoadTests.Stack;

/// <summary>The whole product once, with servers of its own; all of it is gone afterwards, with its data.</summary>
internal sealed class LoadStack : IAsyncDisposable
{
    private const string Database = "gateway";
    private const string Unreachable = "1000000000";

    private static readonly TimeSpan ReadyDeadline = TimeSpan.FromSeconds(60);

    private readonly string _directory = ServerFolder.CreateTemporary("gateway-load-");
    private readonly Stack<IAsyncDisposable> _parts = new();
    private Dictionary<string, string?> _environment = [];
    private NpgsqlDataSource _dataSource = null!;

    /// <summary>Programs that have to be built.</summary>
    public static string[] ProgramNames { get; } = ["gateway", "keygen", "sample-backend", "usage-processor"];

    public ChildProcess Gateway { get; private set; } = null!;

    /// <summary>Where customers come in.</summary>
    public Uri Url { get; private set; } = null!;

    /// <summary>Where the backend can be asked without the gateway.</summary>
    public Uri BackendUrl { get; private set; } = null!;

    /// <summary>The key of a customer whose limits nobody reaches.</summary>
    public string Key { get; private set; } = string.Empty;

    /// <summary>The keys of <see cref="LoadStackOptions.Organizations"/>.</summary>
    public IReadOnlyList<string> OtherKeys { get; private set; } = [];

    /// <summary>The Kafka of <c>KAFKA_HOME</c>, or the embedded broker where there is none.</summary>
    public IBroker Broker { get; private set; } = null!;

    private string JournalDirectory => Path.Combine(_directory, "journal");

    public static async Task<LoadStack> StartAsync(LoadStackOptions options, CancellationToken cancellationToken)
    {
        var stack = new LoadStack();
        try
        {
            await stack.StartServersAsync(cancellationToken);
            await stack.StartProgramsAsync(options, cancellationToken);
            return stack;
        }
        catch
        {
            await stack.DisposeAsync();
            throw;
        }
    }

    /// <summary>What the gateways' journals take on disk.</summary>
    public long JournalBytes() => !Directory.Exists(JournalDirectory)
        ? 0
        : new DirectoryInfo(JournalDirectory).EnumerateFiles("*", SearchOption.AllDirectories).Sum(static file => file.Length);

    /// <summary>What the database has of all events: their rows, and what the ledger adds up to.</summary>
    public async Task<StoredUsage> ReadStoredAsync(CancellationToken cancellationToken)
    {
        await using var command = _dataSource.CreateCommand(
            """
            SELECT (SELECT count(*) FROM usage_events), (SELECT count(*) FROM usage_events WHERE billable),
                   coalesce(sum(requests), 0)::bigint, coalesce(sum(billable_requests), 0)::bigint
            FROM usage_ledger
            """);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        await reader.ReadAsync(cancellationToken);
        return new StoredUsage(reader.GetInt64(0), reader.GetInt64(1), reader.GetInt64(2), reader.GetInt64(3));
    }

    /// <summary>Events that were stored for the first time: cheap enough to be asked for again and again.</summary>
    public async Task<long> CountStoredAsync(CancellationToken cancellationToken)
    {
        await using var command = _dataSource.CreateCommand("SELECT coalesce(sum(stored), 0)::bigint FROM usage_sources");
        return (long)(await command.ExecuteScalarAsync(cancellationToken))!;
    }

    /// <summary>An organization with limits of its own; answers its key. Its gateway knows it when this ends.</summary>
    /// <param name="name">Of the organization.</param>
    /// <param name="limits">As <c>keygen limits set</c> takes them.</param>
    public async Task<string> CreateCustomerAsync(string name, params string[] limits)
    {
        var organization = await KeygenAsync("org", "create", name);
        await KeygenAsync(["limits", "set", "--org-id", organization, .. limits]);
        return await KeygenAsync("create", "--org-id", organization, "--name", "load");
    }

    /// <summary>How many requests the backend has got.</summary>
    public async Task<long> CountAtBackendAsync(CancellationToken cancellationToken)
    {
        using var client = new HttpClient();
        return long.Parse(await client.GetStringAsync(new Uri(BackendUrl, "/requests"), cancellationToken));
    }

    public Task<ProgramResult> RunKeygenAsync(params string[] arguments) => Programs.RunAsync("keygen", arguments, _environment);

    public async ValueTask DisposeAsync()
    {
        while (_parts.TryPop(out var part))
        {
            await part.DisposeAsync();
        }

        Directory.Delete(_directory, recursive: true);
    }

    private async Task StartServersAsync(CancellationToken cancellationToken)
    {
        var postgres = Add(await PostgresServer.StartAsync(Path.Combine(_directory, "postgres"), FreePort.Next(), durable: true, cancellationToken));
        await postgres.CreateDatabaseAsync(Database, cancellationToken);
        await new MigrationRunner(postgres.ConnectionString(Database) + ";Pooling=false", Migration.All).UpAsync(cancellationToken);
        _dataSource = Add(NpgsqlDataSource.Create(postgres.ConnectionString(Database) + ";Command Timeout=600"));
        var redis = Add(await RedisServer.StartAsync(Path.Combine(_directory, "redis"), FreePort.Next(), cancellationToken));
        Broker = Add<IBroker>(ApacheKafka.Home is { } home
            ? await ApacheKafka.StartAsync(home, Path.Combine(_directory, "kafka"), FreePort.Next(), FreePort.Next(), cancellationToken)
            : EmbeddedBroker.Start());
        _environment = new Dictionary<string, string?>
        {
            [EnvironmentVariables.DatabaseUrl] = postgres.Url(Database),
            [EnvironmentVariables.AnalyticsDatabaseUrl] = null,
            [EnvironmentVariables.RedisUrl] = redis.Url,
            [EnvironmentVariables.KafkaBootstrapServers] = Broker.BootstrapServers,
            ["ASPNETCORE_URLS"] = null,
            ["Management__Address"] = "127.0.0.1",
            ["Shutdown__DrainSeconds"] = "0",
            ["Proxy__Address"] = "127.0.0.1",

            // A line a request would be gigabytes.
            ["Logging__LogLevel__Default"] = "Warning",
        };
    }

    private async Task StartProgramsAsync(LoadStackOptions options, CancellationToken cancellationToken)
    {
        OtherKeys = await Customers.CreateAsync(_dataSource, options.Organizations, cancellationToken);
        Key = await CreateCustomerAsync("Load Ltd", "--per-minute", Unreachable, "--per-day", Unreachable);

        BackendUrl = new Uri($"http://127.0.0.1:{FreePort.Next()}");
        await StartAsync("sample-backend", $"{BackendUrl}health", new() { ["ASPNETCORE_URLS"] = $"{BackendUrl}" }, cancellationToken);
        await StartAsync("usage-processor", Management(out var settings), settings, cancellationToken);
        var health = Management(out settings);
        var port = FreePort.Next();
        settings["Proxy__Port"] = $"{port}";
        settings["ReverseProxy__Clusters__default__Destinations__default__Address"] = $"{BackendUrl}";
        settings["Usage__JournalDirectory"] = JournalDirectory;
        foreach (var (variable, value) in options.GatewaySettings)
        {
            settings[variable] = value;
        }

        Gateway = await StartAsync("gateway", health, settings, cancellationToken);
        Url = new Uri($"http://127.0.0.1:{port}");
    }

    private static string Management(out Dictionary<string, string?> settings)
    {
        var port = FreePort.Next();
        settings = new() { ["Management__Port"] = $"{port}" };
        return $"http://127.0.0.1:{port}/health/ready";
    }

    private async Task<ChildProcess> StartAsync(
        string name, string healthUrl, Dictionary<string, string?> settings, CancellationToken cancellationToken)
    {
        var environment = new Dictionary<string, string?>(_environment);
        foreach (var (variable, value) in settings)
        {
            environment[variable] = value;
        }

        var process = Add(await Programs.StartAsync(name, Path.Combine(_directory, $"{name}.log"), environment));
        using var client = new HttpClient();
        await Readiness.WaitAsync(process, token => Readiness.AnswersOkAsync(client, healthUrl, token), ReadyDeadline, cancellationToken);
        return process;
    }

    private Task<string> KeygenAsync(params string[] arguments) => Programs.ReadAsync("keygen", arguments, _environment);

    private T Add<T>(T part)
        where T : IAsyncDisposable
    {
        _parts.Push(part);
        return part;
    }
}
