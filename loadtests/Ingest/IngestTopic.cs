using System.Diagnostics;
using System.Text;
using Confluent.Kafka;
using Confluent.Kafka.Admin;
using Gateway.Contracts;
using Gateway.Contracts.Usage;
using Gateway.Hosting.Kafka;
using Gateway.LocalStack.Servers;

namespace Gateway.LoadTests.Ingest;

/// <summary>A topic as gateways fill it: keyed by organization, snappy, in batches of 100.</summary>
internal sealed class IngestTopic(IBroker broker, string name)
{
    private const int BatchMessages = 100;
    private const int QueuedMessages = 100_000;
    private static readonly TimeSpan ReadTimeout = TimeSpan.FromSeconds(10);

    public string Name => name;

    public async Task CreateAsync()
    {
        Librdkafka.UseSystemLibrary();
        if (broker is EmbeddedBroker embedded)
        {
            embedded.CreateTopic(name, Topics.UsageEventsPartitions);
            return;
        }

        using var admin = new AdminClientBuilder(new AdminClientConfig { BootstrapServers = broker.BootstrapServers }).Build();
        await admin.CreateTopicsAsync(
            [new TopicSpecification { Name = name, NumPartitions = Topics.UsageEventsPartitions, ReplicationFactor = 1 }]);
    }

    /// <summary>Returns when all of them are acknowledged.</summary>
    /// <exception cref="LoadTestException">One was not.</exception>
    public void Fill(IEnumerable<UsageEvent> events, CancellationToken cancellationToken)
    {
        Error? refused = null;
        var writer = new UsageEventWriter();
        using var producer = new ProducerBuilder<byte[], byte[]>(new ProducerConfig
        {
            BootstrapServers = broker.BootstrapServers,
            EnableIdempotence = true,
            CompressionType = CompressionType.Snappy,
            BatchNumMessages = BatchMessages,
            QueueBufferingMaxMessages = QueuedMessages,
            LingerMs = 500,
        }).SetLogHandler(static (_, _) => { }).Build();
        foreach (var usageEvent in events)
        {
            Send(producer, new Message<byte[], byte[]>
            {
                Key = Encoding.UTF8.GetBytes($"{usageEvent.OrganizationId}"),
                Value = writer.Write(usageEvent).ToArray(),
            });
            cancellationToken.ThrowIfCancellationRequested();
        }

        producer.Flush(cancellationToken);
        if (refused is not null)
        {
            throw new LoadTestException($"Kafka did not take the events: {refused.Reason}");
        }

        void Send(IProducer<byte[], byte[]> to, Message<byte[], byte[]> message)
        {
            while (true)
            {
                try
                {
                    to.Produce(name, message, report => refused = report.Error.IsError ? report.Error : refused);
                    return;
                }
                catch (ProduceException<byte[], byte[]> exception) when (exception.Error.Code == ErrorCode.Local_QueueFull)
                {
                    to.Poll(TimeSpan.FromMilliseconds(50));
                }
            }
        }
    }

    /// <summary>
    /// Reads all of it back, in the order in which a consumer gets it, with the usage-processor's fetch settings.
    /// </summary>
    /// <param name="count">What was put in.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <returns>The messages, and the time from the first to the last: what consuming alone takes.</returns>
    /// <exception cref="LoadTestException">Some are missing.</exception>
    public (IReadOnlyList<byte[]> Messages, TimeSpan Elapsed) Read(int count, CancellationToken cancellationToken)
    {
        using var consumer = new ConsumerBuilder<Ignore, byte[]>(new ConsumerConfig
        {
            BootstrapServers = broker.BootstrapServers,
            GroupId = "loadtests",
            EnableAutoCommit = false,
            AutoOffsetReset = AutoOffsetReset.Earliest,
            FetchMaxBytes = 16 * 1024 * 1024,
            ConsumeResultFields = "none",
        }).SetLogHandler(static (_, _) => { }).Build();
        var partitions = Enumerable.Range(0, Topics.UsageEventsPartitions).Select(number => new TopicPartition(name, number)).ToArray();
        var kept = partitions.Select(partition => consumer.QueryWatermarkOffsets(partition, ReadTimeout)).Sum(marks => marks.High - marks.Low);
        if (kept != count)
        {
            throw new LoadTestException(
                $"The broker keeps {kept} of {count} events. The embedded one keeps 5 MiB a partition: take fewer --events, or a Kafka (KAFKA_HOME).");
        }

        consumer.Assign(partitions.Select(partition => new TopicPartitionOffset(partition, Offset.Beginning)));
        var messages = new List<byte[]>(count);
        var started = 0L;
        while (messages.Count < count)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var result = consumer.Consume(ReadTimeout) ?? throw new LoadTestException($"Kafka gave {messages.Count} of {count} events back.");
            messages.Add(result.Message.Value);
            started = started == 0 ? Stopwatch.GetTimestamp() : started;
        }

        return (messages, Stopwatch.GetElapsedTime(started));
    }
}
