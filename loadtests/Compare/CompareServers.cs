using Gateway.Contracts;
using Gateway.Database.Running;
using Gateway.LoadTests.Running;
using Gateway.LocalStack.Processes;
using Gateway.LocalStack.Servers;

namespace Gateway.LoadTests.Compare;

/// <summary>What contestants share: the backend, and for gateways a PostgreSQL with one key and a broker. All of it is gone afterwards.</summary>
internal sealed class CompareServers : IAsyncDisposable
{
    private const string Database = "gateway";
    private const string Unreachable = "1000000000";

    private readonly Stack<IAsyncDisposable> _parts = new();
    private Dictionary<string, string?>? _gatewayEnvironment;

    /// <summary>For data and logs.</summary>
    public string Folder { get; } = ServerFolder.CreateTemporary("gateway-compare-");

    /// <summary>nginx with a static answer, one worker.</summary>
    public ChildProcess Backend { get; private set; } = null!;

    public int BackendPort { get; } = FreePort.Next();

    public string BackendUrl => $"http://127.0.0.1:{BackendPort}/";

    /// <summary>Null until a gateway needs it.</summary>
    public IBroker? Broker { get; private set; }

    /// <summary>The customer's key; empty until a gateway needs it.</summary>
    public string Key { get; private set; } = string.Empty;

    /// <summary>What is not there of them and of these programs of ours, in one line; null where all is.</summary>
    public static string? Missing(string[] programs)
    {
        if (Programs.Missing(programs) is { Count: > 0 } missing)
        {
            return $"Not built: {string.Join(", ", missing)}. Build them: dotnet build loadtests -c Release";
        }

        return File.Exists(NginxServer.Program) ? null : $"There is no {NginxServer.Program}, which is the backend: apt-get install nginx";
    }

    public static async Task<CompareServers> StartAsync(CancellationToken cancellationToken)
    {
        var servers = new CompareServers();
        try
        {
            servers.Backend = servers.Add(await NginxServer.StartAsync(
                Path.Combine(servers.Folder, "backend"), "backend.conf", servers.BackendPort, [], cancellationToken));
            return servers;
        }
        catch
        {
            await servers.DisposeAsync();
            throw;
        }
    }

    /// <summary>What every gateway is told of its servers, which are started for the first that asks.</summary>
    public async Task<IReadOnlyDictionary<string, string?>> GatewayEnvironmentAsync(CancellationToken cancellationToken) =>
        _gatewayEnvironment ??= await StartGatewayServersAsync(cancellationToken);

    /// <summary>CPU of the broker so far. The embedded one is in this process, and so is the load, which knows its own.</summary>
    public TimeSpan BrokerTime() => Broker switch
    {
        ApacheKafka kafka => ProcessTimes.OfTree(kafka.Process.Id),
        null => TimeSpan.Zero,
        _ => ProcessTimes.Of(Environment.ProcessId),
    };

    public async ValueTask DisposeAsync()
    {
        while (_parts.TryPop(out var part))
        {
            await part.DisposeAsync();
        }

        Directory.Delete(Folder, recursive: true);
    }

    private async Task<Dictionary<string, string?>> StartGatewayServersAsync(CancellationToken cancellationToken)
    {
        var postgres = Add(await PostgresServer.StartAsync(Path.Combine(Folder, "postgres"), FreePort.Next(), durable: true, cancellationToken));
        await postgres.CreateDatabaseAsync(Database, cancellationToken);
        await new MigrationRunner(postgres.ConnectionString(Database) + ";Pooling=false", Migration.All).UpAsync(cancellationToken);
        Broker = Add(ApacheKafka.Home is { } home
            ? await ApacheKafka.StartAsync(home, Path.Combine(Folder, "kafka"), FreePort.Next(), FreePort.Next(), cancellationToken)
            : (IBroker)EmbeddedBroker.Start());
        var environment = new Dictionary<string, string?>
        {
            [EnvironmentVariables.DatabaseUrl] = postgres.Url(Database),
            [EnvironmentVariables.AnalyticsDatabaseUrl] = null,
            [EnvironmentVariables.KafkaBootstrapServers] = Broker.BootstrapServers,
        };
        var organization = await KeygenAsync(environment, "org", "create", "Compare Ltd");
        Key = await KeygenAsync(environment, "create", "--org-id", organization, "--name", "compare");
        await KeygenAsync(environment, "limits", "set", "--org-id", organization, "--per-minute", Unreachable, "--per-day", Unreachable);
        return environment;
    }

    private static Task<string> KeygenAsync(Dictionary<string, string?> environment, params string[] arguments) =>
        Programs.ReadAsync("keygen", arguments, environment);

    private T Add<T>(T part)
        where T : IAsyncDisposable
    {
        _parts.Push(part);
        return part;
    }
}
