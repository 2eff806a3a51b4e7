using Gateway.LocalStack.Processes;
using Gateway.LocalStack.Servers;
using Xunit;

namespace Gateway.Testing;

/// <summary>
/// Three Apache Kafka brokers, each also a controller. Topics have three replicas, of which two must have a message before it counts
/// as sent: any one broker may be killed at any time. Two minutes' work for a small machine, so for extensive tests and campaigns of faults only.
/// </summary>
public sealed class ApacheKafkaCluster : IBroker
{
    /// <summary>How many there are.</summary>
    public const int Brokers = 3;

    private static readonly TimeSpan StartDeadline = TimeSpan.FromSeconds(120);

    private readonly ChildProcess?[] _processes = new ChildProcess?[Brokers];
    private readonly string _home;
    private readonly string _directory;
    private readonly int[] _ports;
    private readonly int[] _controllerPorts;
    private TemporaryDirectory? _ownDirectory;

    private ApacheKafkaCluster(string home, string directory, Func<int> nextPort)
    {
        _home = home;
        _directory = directory;
        _ports = [.. Enumerable.Range(0, Brokers).Select(_ => nextPort())];
        _controllerPorts = [.. Enumerable.Range(0, Brokers).Select(_ => nextPort())];
    }

    /// <inheritdoc/>
    public string Description => $"Apache Kafka of {_home}, three brokers";

    /// <inheritdoc/>
    public string BootstrapServers => string.Join(',', _ports.Select(static port => $"127.0.0.1:{port}"));

    /// <summary>Starts all; skips the calling test where <c>KAFKA_HOME</c> is not set or nobody asked for extensive tests.</summary>
    public static async Task<ApacheKafkaCluster> StartAsync()
    {
        Assert.SkipWhen(ApacheKafka.Home is null, $"{ApacheKafka.HomeVariable} is not set to an unpacked Apache Kafka");
        ExtensiveTests.SkipUnlessWanted("three brokers, killed again and again, take minutes");
        var directory = new TemporaryDirectory();
        var cluster = await StartAsync(ApacheKafka.Home!, directory.Path, FreePort.Next, default);
        cluster._ownDirectory = directory;
        return cluster;
    }

    /// <summary>Starts all; on failure or cancellation those that were started are stopped.</summary>
    /// <param name="home">An unpacked Apache Kafka.</param>
    /// <param name="directory">Where their data and logs are, a folder each.</param>
    /// <param name="nextPort">Gives ports that are free, each once.</param>
    /// <param name="cancellationToken">Nobody wants them any more.</param>
    /// <exception cref="InvalidOperationException">One of them does not start.</exception>
    public static async Task<ApacheKafkaCluster> StartAsync(string home, string directory, Func<int> nextPort, CancellationToken cancellationToken)
    {
        var cluster = new ApacheKafkaCluster(home, directory, nextPort);
        try
        {
            var clusterId = Convert.ToBase64String(Guid.NewGuid().ToByteArray()).TrimEnd('=').Replace('+', 'a').Replace('/', 'b');
            await Task.WhenAll(Enumerable.Range(0, Brokers).Select(broker => cluster.FormatAsync(broker, clusterId, cancellationToken)));
            await Task.WhenAll(Enumerable.Range(0, Brokers).Select(broker => cluster.StartBrokerAsync(broker, cancellationToken)));
            return cluster;
        }
        catch
        {
            await cluster.DisposeAsync();
            throw;
        }
    }

    /// <summary>The process of a broker that was started; signals go there.</summary>
    public ChildProcess ProcessOf(int broker) => _processes[broker]!;

    /// <summary>Starts a broker, or starts it again, on the same port and data.</summary>
    public async Task StartBrokerAsync(int broker, CancellationToken cancellationToken = default)
    {
        if (_processes[broker] is { } old)
        {
            _processes[broker] = null;
            await old.DisposeAsync();
        }

        _processes[broker] = await Readiness.StartAsync(
            Options(broker, "kafka-server-start.sh", [PropertiesOf(broker)], "kafka.log"),
            token => Readiness.AcceptsConnectionsAsync(_ports[broker], token),
            StartDeadline,
            cancellationToken);
    }

    /// <summary>kill -9.</summary>
    public async Task KillBrokerAsync(int broker)
    {
        await _processes[broker]!.KillAsync();
        await _processes[broker]!.DisposeAsync();
        _processes[broker] = null;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await Task.WhenAll(_processes.OfType<ChildProcess>().Select(static process => process.DisposeAsync().AsTask()));
        _ownDirectory?.Dispose();
    }

    private async Task FormatAsync(int broker, string clusterId, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(FolderOf(broker));
        var voters = string.Join(',', _controllerPorts.Select(static (port, index) => $"{index + 1}@127.0.0.1:{port}"));
        await File.WriteAllTextAsync(
            PropertiesOf(broker),
            $"""
            process.roles=broker,controller
            node.id={broker + 1}
            controller.quorum.voters={voters}
            listeners=PLAINTEXT://127.0.0.1:{_ports[broker]},CONTROLLER://127.0.0.1:{_controllerPorts[broker]}
            advertised.listeners=PLAINTEXT://127.0.0.1:{_ports[broker]}
            controller.listener.names=CONTROLLER
            log.dirs={Path.Combine(FolderOf(broker), "data")}
            auto.create.topics.enable=false
            default.replication.factor=3
            min.insync.replicas=2
            offsets.topic.num.partitions=4
            offsets.topic.replication.factor=3
            transaction.state.log.replication.factor=3
            transaction.state.log.min.isr=2
            group.initial.rebalance.delay.ms=0
            broker.session.timeout.ms=4000
            broker.heartbeat.interval.ms=500
            """,
            cancellationToken);
        await ChildProcess.RunAsync(
            Options(broker, "kafka-storage.sh", ["format", $"--cluster-id={clusterId}", "-c", PropertiesOf(broker)], "kafka-format.log"), cancellationToken);
    }

    private string FolderOf(int broker) => Path.Combine(_directory, $"kafka-{broker + 1}");

    private string PropertiesOf(int broker) => Path.Combine(FolderOf(broker), "server.properties");

    private ChildProcessOptions Options(int broker, string script, IReadOnlyList<string> arguments, string logFile) =>
        new($"Kafka {broker + 1}", Path.Combine(_home, "bin", script), arguments, Path.Combine(FolderOf(broker), logFile))
        {
            Environment = new Dictionary<string, string?>
            {
                ["KAFKA_HEAP_OPTS"] = "-Xms64m -Xmx256m",
                ["LOG_DIR"] = FolderOf(broker),
            },
        };
}
