using Gateway.LocalStack.Processes;

namespace Gateway.LocalStack.Servers;

/// <summary>One Apache Kafka broker in KRaft mode from an unpacked download, <c>KAFKA_HOME</c>.</summary>
public sealed class ApacheKafka : IBroker
{
    /// <summary>Where users say that they have unpacked Apache Kafka.</summary>
    public const string HomeVariable = "KAFKA_HOME";

    private static readonly TimeSpan StartDeadline = TimeSpan.FromSeconds(120);

    private readonly string _home;
    private readonly string _directory;
    private readonly int _port;

    private ApacheKafka(string home, string directory, int port)
    {
        _home = home;
        _directory = directory;
        _port = port;
    }

    /// <summary><c>KAFKA_HOME</c>, or null where it is not set.</summary>
    public static string? Home => Environment.GetEnvironmentVariable(HomeVariable) is { Length: > 0 } home ? home : null;

    /// <inheritdoc/>
    public string Description => $"Apache Kafka of {_home}";

    /// <inheritdoc/>
    public string BootstrapServers => $"127.0.0.1:{_port}";

    /// <summary>The broker process; signals go there.</summary>
    public ChildProcess Process { get; private set; } = null!;

    private string PropertiesFile => Path.Combine(_directory, "server.properties");

    /// <summary>Formats its storage if the folder is empty, starts it and waits until it accepts connections.</summary>
    public static async Task<ApacheKafka> StartAsync(
        string home, string directory, int port, int controllerPort, CancellationToken cancellationToken)
    {
        if (!File.Exists(Path.Combine(home, "bin", "kafka-server-start.sh")))
        {
            throw new InvalidOperationException($"{HomeVariable} is {home}, but there is no bin/kafka-server-start.sh in it.");
        }

        var kafka = new ApacheKafka(home, directory, port);
        await kafka.WritePropertiesAsync(controllerPort, cancellationToken);
        if (!File.Exists(Path.Combine(directory, "data", "meta.properties")))
        {
            await kafka.FormatAsync(cancellationToken);
        }

        await kafka.StartProcessAsync(cancellationToken);
        return kafka;
    }

    /// <summary>Starts it again after it was stopped or killed, on the same port and data.</summary>
    public async Task StartProcessAsync(CancellationToken cancellationToken)
    {
        Process = await Readiness.StartAsync(
            Options("Kafka", "kafka-server-start.sh", [PropertiesFile], "kafka.log"),
            token => Readiness.AcceptsConnectionsAsync(_port, token),
            StartDeadline,
            cancellationToken);
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => Process.DisposeAsync();

    private Task WritePropertiesAsync(int controllerPort, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(_directory);
        return File.WriteAllTextAsync(
            PropertiesFile,
            $"""
            process.roles=broker,controller
            node.id=1
            controller.quorum.bootstrap.servers=127.0.0.1:{controllerPort}
            listeners=PLAINTEXT://127.0.0.1:{_port},CONTROLLER://127.0.0.1:{controllerPort}
            advertised.listeners=PLAINTEXT://127.0.0.1:{_port}
            controller.listener.names=CONTROLLER
            log.dirs={Path.Combine(_directory, "data")}
            auto.create.topics.enable=false
            offsets.topic.num.partitions=4
            offsets.topic.replication.factor=1
            transaction.state.log.num.partitions=4
            transaction.state.log.replication.factor=1
            transaction.state.log.min.isr=1
            group.initial.rebalance.delay.ms=0
            """,
            cancellationToken);
    }

    private Task FormatAsync(CancellationToken cancellationToken)
    {
        // The cluster id is 16 bytes in URL-safe base64. It may begin with a hyphen, so it is tied to its option.
        var clusterId = Convert.ToBase64String(Guid.NewGuid().ToByteArray()).TrimEnd('=').Replace('+', '-').Replace('/', '_');
        return ChildProcess.RunAsync(
            Options(
                "kafka-storage", "kafka-storage.sh", ["format", "--standalone", $"--cluster-id={clusterId}", "-c", PropertiesFile], "kafka-format.log"),
            cancellationToken);
    }

    private ChildProcessOptions Options(string name, string script, IReadOnlyList<string> arguments, string logFile) =>
        new(name, Path.Combine(_home, "bin", script), arguments, Path.Combine(_directory, logFile))
        {
            Environment = new Dictionary<string, string?>
            {
                ["KAFKA_HEAP_OPTS"] = "-Xms128m -Xmx400m",
                ["LOG_DIR"] = _directory,
            },
        };
}
