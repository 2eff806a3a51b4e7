using Gateway.LocalStack.Processes;
using Gateway.LocalStack.Servers;
using Xunit;

namespace Gateway.Testing;

/// <summary>
/// Three Apache Kafka brokers, each also a controller. Topics have three replicas, of which two must have a message before it counts
/// as sent: any one broker may be killed at any time. Two minutes' work for a small machine, so for extensive tests only.
/// </summary>
public sealed class ApacheKafkaCluster : IAsyncDisposable
{
    private const int Brokers = 3;

    private static readonly TimeSpan StartDeadline = TimeSpan.FromSeconds(120);

    private readonly TemporaryDirectory _directory = new();
    private readonly ChildProcess?[] _processes = new ChildProcess?[Brokers];
    private readonly int[] _ports = [.. Enumerable.Range(0, Brokers).Select(_ => FreePort.Next())];
    private readonly int[] _controllerPorts = [.. Enumerable.Range(0, Brokers).Select(_ => FreePort.Next())];
    private readonly string _home;

    private ApacheKafkaCluster(string home) => _home = home;

    /// <summary>As <c>KAFKA_BOOTSTRAP_SERVERS</c> takes it.</summary>
    public string BootstrapServers => string.Join(',', _ports.Select(static port => $"127.0.0.1:{port}"));

    /// <summary>Starts all; skips the calling test where <c>KAFKA_HOME</c> is not set or nobody asked for extensive tests.</summary>
    public static async Task<ApacheKafkaCluster> StartAsync()
    {
        Assert.SkipWhen(ApacheKafka.Home is null, $"{ApacheKafka.HomeVariable} is not set to an unpacked Apache Kafka");
        ExtensiveTests.SkipUnlessWanted("three brokers, killed again and again, take minutes");
        var cluster = new ApacheKafkaCluster(ApacheKafka.Home!);
        var clusterId = Convert.ToBase64String(Guid.NewGuid().ToByteArray()).TrimEnd('=').Replace('+', 'a').Replace('/', 'b');
        await Task.WhenAll(Enumerable.Range(0, Brokers).Select(broker => cluster.FormatAsync(broker, clusterId)));
        await Task.WhenAll(Enumerable.Range(0, Brokers).Select(cluster.StartBrokerAsync));
        return cluster;
    }

    /// <summary>Starts a broker, or starts it again, on the same port and data.</summary>
    public async Task StartBrokerAsync(int broker)
    {
        var process = await ChildProcess.StartAsync(Options(broker, "kafka-server-start.sh", [PropertiesOf(broker)], "kafka.log"));
        _processes[broker] = process;
        await Eventually.IsTrueAsync(() => Readiness.AcceptsConnectionsAsync(_ports[broker], default), $"broker {broker}", StartDeadline);
    }

    /// <summary>kill -9.</summary>
    public async Task KillBrokerAsync(int broker)
    {
        await _processes[broker]!.KillAsync();
        await _processes[broker]!.DisposeAsync();
        _processes[broker] = null;
    }

    public async ValueTask DisposeAsync()
    {
        await Task.WhenAll(_processes.OfType<ChildProcess>().Select(static process => process.DisposeAsync().AsTask()));
        _directory.Dispose();
    }

    private async Task FormatAsync(int broker, string clusterId)
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
            """);
        await ChildProcess.RunAsync(
            Options(broker, "kafka-storage.sh", ["format", $"--cluster-id={clusterId}", "-c", PropertiesOf(broker)], "kafka-format.log"), default);
    }

    private string FolderOf(int broker) => _directory.Combine($"kafka-{broker + 1}");

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
