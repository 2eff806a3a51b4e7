using Gateway.Chaos.Load;
using Gateway.Chaos.Plans;
using Gateway.Contracts;
using Gateway.Database.Running;
using Gateway.LocalStack.Servers;

namespace Gateway.Chaos.Stack;

/// <summary>The whole product and its servers, all of them a campaign's own, on ports that nobody else is given.</summary>
internal sealed class ChaosStack : IAsyncDisposable
{
    private const string Database = "gateway";
    private const string FullAfterSeconds = "3";

    private readonly Stack<IAsyncDisposable> _parts = new();

    private ChaosStack()
    {
    }

    public PostgresServer Postgres { get; private set; } = null!;

    public RedisServer Redis { get; private set; } = null!;

    public ChaosBroker Broker { get; private set; } = null!;

    public JournalVolume Journals { get; private set; } = null!;

    public Customers Customers { get; private set; } = null!;

    public IReadOnlyList<Member> Gateways { get; private set; } = [];

    public IReadOnlyList<Member> Processors { get; private set; } = [];

    /// <summary>Where the gateways listen.</summary>
    public IReadOnlyList<int> ProxyPorts { get; } = [.. Enumerable.Range(0, FaultPlan.Instances).Select(_ => StablePort.Next())];

    public string ConnectionString => Postgres.ConnectionString(Database) + ";Timeout=5;Command Timeout=60";

    /// <summary>What a program needs to talk to the servers.</summary>
    public IReadOnlyDictionary<string, string?> Environment { get; private set; } = new Dictionary<string, string?>();

    public Possibilities Possibilities => new(Broker.Survives, Journals.IsDisk);

    /// <summary>Starts everything; on failure or cancellation what was started is stopped.</summary>
    public static async Task<ChaosStack> StartAsync(ChaosOptions options, string folder, Chronicle events, CancellationToken cancellationToken)
    {
        var stack = new ChaosStack();
        try
        {
            await stack.StartServersAsync(options, folder, cancellationToken);
            await stack.StartProgramsAsync(options, folder, events, cancellationToken);
            return stack;
        }
        catch
        {
            await stack.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        while (_parts.TryPop(out var part))
        {
            await part.DisposeAsync();
        }
    }

    private async Task StartServersAsync(ChaosOptions options, string folder, CancellationToken cancellationToken)
    {
        Journals = Add(await JournalVolume.CreateAsync(Path.Combine(folder, "volume")));

        // Durable: what was committed has to be there after a crash.
        Postgres = Add(await PostgresServer.StartAsync(Path.Combine(folder, "postgres"), StablePort.Next(), durable: true, cancellationToken));
        await Postgres.CreateDatabaseAsync(Database, cancellationToken);
        await new MigrationRunner(Postgres.ConnectionString(Database) + ";Pooling=false", Migration.All).UpAsync(cancellationToken);
        Redis = Add(await RedisServer.StartAsync(Path.Combine(folder, "redis"), StablePort.Next(), cancellationToken));
        Broker = Add(await ChaosBroker.StartAsync(Path.Combine(folder, "kafka"), options.Brokers, cancellationToken));
    }

    private async Task StartProgramsAsync(ChaosOptions options, string folder, Chronicle events, CancellationToken cancellationToken)
    {
        var backend = Add(await ChaosBackend.StartAsync());
        Environment = new Dictionary<string, string?>
        {
            [EnvironmentVariables.DatabaseUrl] = Postgres.Url(Database),
            [EnvironmentVariables.AnalyticsDatabaseUrl] = null,
            [EnvironmentVariables.RedisUrl] = Redis.Url,
            [EnvironmentVariables.KafkaBootstrapServers] = Broker.BootstrapServers,
            ["ASPNETCORE_URLS"] = null,
            ["Management__Address"] = "127.0.0.1",
            ["Shutdown__DrainSeconds"] = "0",
            ["Proxy__Address"] = "127.0.0.1",
            ["ReverseProxy__Clusters__default__Destinations__default__Address"] = backend.Address,
            ["ReverseProxy__Routes__costly__ClusterId"] = "default",
            ["ReverseProxy__Routes__costly__Match__Path"] = $"{PlannedRequest.CostlyPrefix}/{{**path}}",
            ["ReverseProxy__Routes__costly__Metadata__Units"] = $"{PlannedRequest.CostlyUnits}",
            ["Usage__JournalDirectory"] = Journals.Journals,
            ["Usage__JournalMaximumBytes"] = $"{JournalVolume.MaximumBytes}",
            ["Usage__JournalAdoptionSeconds"] = "3",
            ["Usage__WhenJournalIsFull"] = options.GoOnWhenFull ? "GoOn" : "Refuse",

            // No campaign fills the journals up before its end; a broker that is away for so long counts as full.
            ["Usage__JournalMaximumAgeSeconds"] = options.GoOnWhenFull ? FullAfterSeconds : null,
            ["Usage__HeartbeatSeconds"] = "2",
            ["Consumer__SessionTimeoutMilliseconds"] = "6000",
        };
        Customers = await Customers.CreateAsync(Environment);
        Processors = [.. Enumerable.Range(1, FaultPlan.Instances).Select(number => Add(Member("usage-processor", number, folder, events)))];
        Gateways = [.. Enumerable.Range(1, FaultPlan.Instances).Select(number => Add(Member(
            "gateway", number, folder, events, ("Proxy__Port", $"{ProxyPorts[number - 1]}"))))];
        await Task.WhenAll(Processors.Concat(Gateways).Select(member => member.StartAsync(cancellationToken)));
        foreach (var member in Processors.Concat(Gateways))
        {
            if (!await member.UntilAnswersAsync("/health/ready", TimeSpan.FromMinutes(2), cancellationToken))
            {
                throw new InvalidOperationException($"{member.Name} did not become ready; its log is in {folder}.");
            }
        }
    }

    private Member Member(string program, int number, string folder, Chronicle events, params (string Name, string Value)[] settings)
    {
        var managementPort = StablePort.Next();
        var environment = new Dictionary<string, string?>(Environment) { ["Management__Port"] = $"{managementPort}" };
        foreach (var (name, value) in settings)
        {
            environment[name] = value;
        }

        return new Member($"{program}-{number}", program, Path.Combine(folder, $"{program}-{number}.log"), managementPort, environment, events);
    }

    private T Add<T>(T part)
        where T : IAsyncDisposable
    {
        _parts.Push(part);
        return part;
    }
}
