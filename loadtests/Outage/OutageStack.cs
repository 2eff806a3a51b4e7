using Gateway.Contracts;
using Gateway.Database.Running;
using Gateway.LocalStack.Processes;
using Gateway.LocalStack.Servers;
using Npgsql;

namespace Gateway.LoadTests.Outage;

/// <summary>The whole product once, with servers of its own; all of it is gone afterwards, with its data.</summary>
internal sealed class OutageStack : IAsyncDisposable
{
    private const string Database = "gateway";
    private const string Unreachable = "1000000000";

    private static readonly TimeSpan ReadyDeadline = TimeSpan.FromSeconds(60);

    private readonly string _directory = ServerFolder.CreateTemporary("gateway-outage-");
    private readonly Stack<IAsyncDisposable> _parts = new();
    private Dictionary<string, string?> _environment = [];
    private NpgsqlDataSource _dataSource = null!;
    private ApacheKafka _kafka = null!;

    /// <summary>Programs that have to be built.</summary>
    public static string[] ProgramNames { get; } = ["gateway", "keygen", "sample-backend", "usage-processor"];

    public ChildProcess Gateway { get; private set; } = null!;

    /// <summary>What is asked for.</summary>
    public Uri Url { get; private set; } = null!;

    /// <summary>The customer's key.</summary>
    public string Key { get; private set; } = string.Empty;

    private string JournalDirectory => Path.Combine(_directory, "journal");

    public static async Task<OutageStack> StartAsync(string kafkaHome, long? journalBytes, CancellationToken cancellationToken)
    {
        var stack = new OutageStack();
        try
        {
            await stack.StartServersAsync(kafkaHome, cancellationToken);
            await stack.StartProgramsAsync(journalBytes, cancellationToken);
            return stack;
        }
        catch
        {
            await stack.DisposeAsync();
            throw;
        }
    }

    /// <summary>kill -9.</summary>
    public Task KillKafkaAsync() => _kafka.Process.KillAsync();

    public async Task StartKafkaAsync(CancellationToken cancellationToken)
    {
        await _kafka.DisposeAsync();
        await _kafka.StartProcessAsync(cancellationToken);
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

    public Task<ProgramResult> RunKeygenAsync(params string[] arguments) => Programs.RunAsync("keygen", arguments, _environment);

    public async ValueTask DisposeAsync()
    {
        while (_parts.TryPop(out var part))
        {
            await part.DisposeAsync();
        }

        Directory.Delete(_directory, recursive: true);
    }

    private async Task StartServersAsync(string kafkaHome, CancellationToken cancellationToken)
    {
        var postgres = Add(await PostgresServer.StartAsync(Path.Combine(_directory, "postgres"), FreePort.Next(), durable: true, cancellationToken));
        await postgres.CreateDatabaseAsync(Database, cancellationToken);
        await new MigrationRunner(postgres.ConnectionString(Database) + ";Pooling=false", Migration.All).UpAsync(cancellationToken);
        _dataSource = Add(NpgsqlDataSource.Create(postgres.ConnectionString(Database) + ";Command Timeout=600"));
        var redis = Add(await RedisServer.StartAsync(Path.Combine(_directory, "redis"), FreePort.Next(), cancellationToken));
        _kafka = Add(await ApacheKafka.StartAsync(kafkaHome, Path.Combine(_directory, "kafka"), FreePort.Next(), FreePort.Next(), cancellationToken));
        _environment = new Dictionary<string, string?>
        {
            [EnvironmentVariables.DatabaseUrl] = postgres.Url(Database),
            [EnvironmentVariables.AnalyticsDatabaseUrl] = null,
            [EnvironmentVariables.RedisUrl] = redis.Url,
            [EnvironmentVariables.KafkaBootstrapServers] = _kafka.BootstrapServers,
            ["ASPNETCORE_URLS"] = null,
            ["Management__Address"] = "127.0.0.1",
            ["Shutdown__DrainSeconds"] = "0",
            ["Proxy__Address"] = "127.0.0.1",

            // A line a request would be gigabytes.
            ["Logging__LogLevel__Default"] = "Warning",
        };
    }

    private async Task StartProgramsAsync(long? journalBytes, CancellationToken cancellationToken)
    {
        var organization = await KeygenAsync("org", "create", "Outage Ltd");
        Key = await KeygenAsync("create", "--org-id", organization, "--name", "outage");
        await KeygenAsync("limits", "set", "--org-id", organization, "--per-minute", Unreachable, "--per-day", Unreachable);

        var backend = $"http://127.0.0.1:{FreePort.Next()}";
        await StartAsync("sample-backend", $"{backend}/health", new() { ["ASPNETCORE_URLS"] = backend }, cancellationToken);
        await StartAsync("usage-processor", Management(out var settings), settings, cancellationToken);
        var health = Management(out settings);
        var port = FreePort.Next();
        settings["Proxy__Port"] = $"{port}";
        settings["ReverseProxy__Clusters__default__Destinations__default__Address"] = backend;
        settings["Usage__JournalDirectory"] = JournalDirectory;
        settings["Usage__JournalMaximumBytes"] = journalBytes is null ? null : $"{journalBytes}";
        Gateway = await StartAsync("gateway", health, settings, cancellationToken);
        Url = new Uri($"http://127.0.0.1:{port}/bytes/100");
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
