using System.Runtime.InteropServices;
using Gateway.Contracts;

namespace Gateway.LocalStack.Servers;

/// <summary>
/// The broker that librdkafka carries for tests (<c>rdkafka_mock.h</c>): real sockets, consumer groups and the
/// idempotent producer, in this process, on a port of its own choice. It keeps nothing when it ends.
/// </summary>
public sealed partial class EmbeddedBroker : IBroker
{
    private const string Library = "librdkafka.so.1";
    private const int BrokerId = 1;
    private const int NoBroker = -1;
    private const int ProducerType = 0;

    // Kafka's numbers of requests.
    private const short ProduceRequest = 0;
    private const short SyncGroupRequest = 14;
    private const short InitProducerIdRequest = 22;

    private readonly nint _client;
    private readonly nint _cluster;

    private EmbeddedBroker(nint client, nint cluster)
    {
        _client = client;
        _cluster = cluster;
        BootstrapServers = Marshal.PtrToStringUTF8(MockClusterBootstraps(cluster))!;
    }

    /// <inheritdoc/>
    public string Description => "the broker embedded in librdkafka (keeps nothing across restarts)";

    /// <inheritdoc/>
    public string BootstrapServers { get; }

    /// <summary>Starts one broker with the topics that we use.</summary>
    /// <exception cref="InvalidOperationException">librdkafka cannot be loaded, or it refuses.</exception>
    public static EmbeddedBroker Start()
    {
        if (!NativeLibrary.TryLoad(Library, out _))
        {
            throw new InvalidOperationException($"{Library} is not installed: apt-get install librdkafka1");
        }

        var error = new byte[512];
        var configuration = NewConfiguration();
        // librdkafka warns on standard error that this client knows no brokers. It needs none: it only carries the cluster.
        SetLogCallback(configuration, 0);
        var client = New(ProducerType, configuration, error, error.Length);
        var cluster = client == 0 ? 0 : MockClusterNew(client, 1);
        if (cluster == 0)
        {
            throw new InvalidOperationException("librdkafka could not start its embedded broker.");
        }

        var broker = new EmbeddedBroker(client, cluster);
        broker.CreateTopic(Topics.UsageEvents, Topics.UsageEventsPartitions);
        broker.CreateTopic(Topics.DeadLetters, Topics.DeadLettersPartitions);
        return broker;
    }

    /// <summary>Makes a topic. Must come before anybody asks for it, or it is made with librdkafka's default shape.</summary>
    public void CreateTopic(string topic, int partitions) => Check(MockTopicCreate(_cluster, topic, partitions, 1));

    /// <summary>Closes every connection and refuses new ones, as a broker that is down does.</summary>
    public void GoDown() => Check(MockBrokerSetDown(_cluster, BrokerId));

    /// <summary>Answers again, with what it had.</summary>
    public void ComeUp() => Check(MockBrokerSetUp(_cluster, BrokerId));

    /// <summary>Leaves a partition without a leader, as when all brokers that have it are down.</summary>
    public void LoseLeader(string topic, int partition) => Check(MockPartitionSetLeader(_cluster, topic, partition, NoBroker));

    /// <summary>Refuses the next requests to write with these of Kafka's error codes, one each.</summary>
    public void RefuseToWrite(params int[] errors) => Refuse(ProduceRequest, errors);

    /// <summary>Takes every request to write from now on, whatever was to be refused.</summary>
    public void TakeAgain() => MockClearRequestErrors(_cluster, ProduceRequest);

    /// <summary>Refuses the next idempotent producers that introduce themselves, one each.</summary>
    public void RefuseProducers(params int[] errors) => Refuse(InitProducerIdRequest, errors);

    /// <summary>Refuses the next members of a group that have joined and ask what is their part, one each.</summary>
    public void RefuseParts(params int[] errors) => Refuse(SyncGroupRequest, errors);

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        MockClusterDestroy(_cluster);
        Destroy(_client);
        return ValueTask.CompletedTask;
    }

    private void Refuse(short request, int[] errors) => MockPushRequestErrors(_cluster, request, (nuint)errors.Length, errors);

    private static void Check(int error)
    {
        if (error != 0)
        {
            throw new InvalidOperationException($"librdkafka's embedded broker answered with error {error}.");
        }
    }

    [LibraryImport(Library, EntryPoint = "rd_kafka_conf_new")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial nint NewConfiguration();

    [LibraryImport(Library, EntryPoint = "rd_kafka_conf_set_log_cb")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial void SetLogCallback(nint configuration, nint callback);

    [LibraryImport(Library, EntryPoint = "rd_kafka_new")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial nint New(int type, nint configuration, byte[] error, nint errorSize);

    [LibraryImport(Library, EntryPoint = "rd_kafka_destroy")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial void Destroy(nint client);

    [LibraryImport(Library, EntryPoint = "rd_kafka_mock_cluster_new")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial nint MockClusterNew(nint client, int brokers);

    [LibraryImport(Library, EntryPoint = "rd_kafka_mock_cluster_destroy")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial void MockClusterDestroy(nint cluster);

    [LibraryImport(Library, EntryPoint = "rd_kafka_mock_cluster_bootstraps")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial nint MockClusterBootstraps(nint cluster);

    [LibraryImport(Library, EntryPoint = "rd_kafka_mock_topic_create", StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int MockTopicCreate(nint cluster, string topic, int partitions, int replicationFactor);

    [LibraryImport(Library, EntryPoint = "rd_kafka_mock_partition_set_leader", StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int MockPartitionSetLeader(nint cluster, string topic, int partition, int brokerId);

    [LibraryImport(Library, EntryPoint = "rd_kafka_mock_broker_set_down")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int MockBrokerSetDown(nint cluster, int brokerId);

    [LibraryImport(Library, EntryPoint = "rd_kafka_mock_broker_set_up")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int MockBrokerSetUp(nint cluster, int brokerId);

    [LibraryImport(Library, EntryPoint = "rd_kafka_mock_push_request_errors_array")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial void MockPushRequestErrors(nint cluster, short request, nuint count, int[] errors);

    [LibraryImport(Library, EntryPoint = "rd_kafka_mock_clear_request_errors")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial void MockClearRequestErrors(nint cluster, short request);
}
