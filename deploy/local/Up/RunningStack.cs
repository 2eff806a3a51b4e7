using Gateway.Contracts;
using Gateway.LocalStack.Output;
using Gateway.LocalStack.Processes;
using Gateway.LocalStack.Servers;
using Npgsql;

namespace Gateway.LocalStack.Up;

/// <summary>
/// Everything that `./dev up` starts, in order, and stops in the opposite one: the gateway first, so that it can still
/// hand its events to the broker, and PostgreSQL last.
/// </summary>
internal sealed class RunningStack(string dataFolder, LocalPorts ports) : IAsyncDisposable
{
    private const string DatabaseName = "gateway";
    private const string Loopback = "127.0.0.1";

    private static readonly TimeSpan ReadyDeadline = TimeSpan.FromSeconds(60);

    private readonly Stack<(string Name, IAsyncDisposable Part)> _parts = new();
    private readonly List<ChildProcess> _processes = [];
    private readonly Dictionary<string, string?> _environment = new()
    {
        // Ours alone: what the user's shell has set for something else must not reach our processes.
        [EnvironmentVariables.AnalyticsDatabaseUrl] = null,
        [FileOf(EnvironmentVariables.DatabaseUrl)] = null,
        [FileOf(EnvironmentVariables.AnalyticsDatabaseUrl)] = null,
        [FileOf(EnvironmentVariables.RedisUrl)] = null,
        ["ASPNETCORE_URLS"] = null,
    };

    private LocalUsers _users = null!;

    /// <summary>As the owner of the database, who may do everything.</summary>
    public string OwnersDatabaseUrl { get; private set; } = null!;

    /// <summary>As an operator, who may do what keygen does.</summary>
    public string DatabaseUrl => _environment[EnvironmentVariables.DatabaseUrl]!;

    public string GatewayUrl => $"http://{Loopback}:{ports.Proxy.Number}";

    /// <summary>What a tool of an operator needs to talk to these servers.</summary>
    public IReadOnlyDictionary<string, string?> Environment => _environment;

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        await StepLog.RunAsync($"PostgreSQL on port {ports.Postgres.Number}", () => StartPostgresAsync(cancellationToken));
        await StepLog.RunAsync($"Redis on port {ports.Redis.Number}", () => StartRedisAsync(cancellationToken));
        await StepLog.RunAsync("Broker", () => StartBrokerAsync(cancellationToken));
        await StepLog.RunAsync("Migrations", () => RunDatabaseToolAsync(["up"], cancellationToken));
        await StepLog.RunAsync("Roles and users", () => RunDatabaseToolAsync(_users.RolesArguments, cancellationToken));
        await StepLog.RunAsync("Example organization", () => RunDatabaseToolAsync(["seed"], cancellationToken));
        await ForgetConsumerOffsetsAsync(cancellationToken);
        await StepLog.RunAsync($"Sample backend on port {ports.Backend.Number}", () => StartProgramAsync(
            "sample-backend",
            new() { ["ASPNETCORE_URLS"] = Url(ports.Backend) },
            $"{Url(ports.Backend)}health",
            cancellationToken));
        await StepLog.RunAsync($"Usage-processor, health on port {ports.Processor.Number}", () => StartProgramAsync(
            "usage-processor", new(Management(ports.Processor).Concat(Database(LocalUsers.Processor))), $"{Url(ports.Processor)}health/ready", cancellationToken));
        await StepLog.RunAsync($"Gateway on port {ports.Proxy.Number}, health on port {ports.Management.Number}", () => StartProgramAsync(
            "gateway",
            new(Management(ports.Management).Concat(Database(LocalUsers.Gateway)))
            {
                ["Proxy__Address"] = Loopback,
                ["Proxy__Port"] = $"{ports.Proxy.Number}",
                ["Usage__JournalDirectory"] = Folder("journal"),
                ["Shutdown__DrainSeconds"] = "0", // No load balancer has to notice.
                ["ReverseProxy__Clusters__default__Destinations__default__Address"] = Url(ports.Backend),
            },
            $"{Url(ports.Management)}health/ready",
            cancellationToken));
    }

    /// <summary>Waits until one of the processes ends, which none should, and answers which.</summary>
    public async Task<ChildProcess> WaitForUnexpectedEndAsync(CancellationToken cancellationToken)
    {
        var endings = _processes.Select(async process =>
        {
            await process.WaitForExitAsync(cancellationToken);
            return process;
        });
        return await await Task.WhenAny(endings);
    }

    public async ValueTask DisposeAsync()
    {
        while (_parts.TryPop(out var stopping))
        {
            await StepLog.RunAsync($"{stopping.Name} stopped", () => stopping.Part.DisposeAsync().AsTask());
        }
    }

    private async Task StartPostgresAsync(CancellationToken cancellationToken)
    {
        var postgres = await PostgresServer.StartAsync(Folder("postgres"), ports.Postgres.Number, durable: true, cancellationToken);
        Add("PostgreSQL", postgres, postgres.Process);
        if (!await postgres.HasDatabaseAsync(DatabaseName, cancellationToken))
        {
            await postgres.CreateDatabaseAsync(DatabaseName, cancellationToken);
        }

        OwnersDatabaseUrl = postgres.Url(DatabaseName);
        _users = new LocalUsers(Folder("secrets"), $"{Loopback}:{postgres.Port}/{DatabaseName}");
        await _users.WriteAsync(cancellationToken);
        _environment[EnvironmentVariables.DatabaseUrl] = _users.Url(LocalUsers.Keygen);
    }

    private async Task StartRedisAsync(CancellationToken cancellationToken)
    {
        var redis = await RedisServer.StartAsync(Folder("redis"), ports.Redis.Number, cancellationToken);
        Add("Redis", redis, redis.Process);
        _environment[EnvironmentVariables.RedisUrl] = redis.Url;
    }

    private async Task<string> StartBrokerAsync(CancellationToken cancellationToken)
    {
        IBroker broker;
        if (ApacheKafka.Home is { } home)
        {
            var kafka = await ApacheKafka.StartAsync(
                home, Folder("kafka"), ports.Kafka.Number, ports.KafkaController.Number, cancellationToken);
            Add("Kafka", kafka, kafka.Process);
            broker = kafka;
        }
        else
        {
            broker = EmbeddedBroker.Start();
            Add("Broker", broker, process: null);
        }

        _environment[EnvironmentVariables.KafkaBootstrapServers] = broker.BootstrapServers;
        return $"Broker on port {broker.BootstrapServers[(broker.BootstrapServers.LastIndexOf(':') + 1)..]}: {broker.Description}";
    }

    private Task RunDatabaseToolAsync(IReadOnlyList<string> arguments, CancellationToken cancellationToken) => ChildProcess.RunAsync(
        DotnetProgram("gateway-db", arguments, new() { [EnvironmentVariables.DatabaseUrl] = OwnersDatabaseUrl }), cancellationToken);

    // This broker may not be the one of the last run, and the embedded one never is: its offsets start from 0 again.
    // Whatever is read twice because of that is refused by usage_events' primary key.
    private async Task ForgetConsumerOffsetsAsync(CancellationToken cancellationToken)
    {
        await using var dataSource = NpgsqlDataSource.Create(Gateway.Database.DatabaseUrl.Parse(OwnersDatabaseUrl).ConnectionString);
        await using var command = dataSource.CreateCommand("DELETE FROM consumer_offsets");
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    private async Task StartProgramAsync(
        string name, Dictionary<string, string?> settings, string healthUrl, CancellationToken cancellationToken)
    {
        using var client = new HttpClient();
        var process = await Readiness.StartAsync(
            DotnetProgram(name, [], settings), token => Readiness.AnswersOkAsync(client, healthUrl, token), ReadyDeadline, cancellationToken);
        Add(name, process, process);
    }

    private ChildProcessOptions DotnetProgram(string name, IReadOnlyList<string> arguments, Dictionary<string, string?> settings)
    {
        var environment = new Dictionary<string, string?>(_environment);
        foreach (var (variable, value) in settings)
        {
            environment[variable] = value;
        }

        return new ChildProcessOptions(
            name, System.Environment.ProcessPath!, [DevelopmentFolder.Program(name), .. arguments], Path.Combine(Folder(name), $"{name}.log"))
        {
            Environment = environment,
        };
    }

    private void Add(string name, IAsyncDisposable part, ChildProcess? process)
    {
        _parts.Push((name, part));
        if (process is not null)
        {
            _processes.Add(process);
        }
    }

    private string Folder(string part) => Path.Combine(dataFolder, part);

    private static string Url(LocalPort port) => $"http://{Loopback}:{port.Number}/";

    private static string FileOf(string variable) => variable + EnvironmentVariables.FileSuffix;

    private Dictionary<string, string?> Database(string user) =>
        new() { [EnvironmentVariables.DatabaseUrl] = null, [FileOf(EnvironmentVariables.DatabaseUrl)] = _users.File(user) };

    private static Dictionary<string, string?> Management(LocalPort port) =>
        new() { ["Management__Address"] = Loopback, ["Management__Port"] = $"{port.Number}" };
}
