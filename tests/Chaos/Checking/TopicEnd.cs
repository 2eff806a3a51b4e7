using Confluent.Kafka;
using Gateway.Contracts;
using Gateway.Hosting.Kafka;

namespace Gateway.Chaos.Checking;

/// <summary>How many messages the topic's partitions have.</summary>
internal static class TopicEnd
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    /// <exception cref="KafkaException">The broker is away.</exception>
    public static IReadOnlyDictionary<int, long> Read(string bootstrapServers)
    {
        Librdkafka.UseSystemLibrary();
        using var consumer = new ConsumerBuilder<byte[]?, byte[]?>(new ConsumerConfig { BootstrapServers = bootstrapServers, GroupId = "chaos" })
            .SetLogHandler(static (_, _) => { })
            .Build();
        return Enumerable.Range(0, Topics.UsageEventsPartitions).ToDictionary(
            static partition => partition,
            partition => consumer.QueryWatermarkOffsets(new TopicPartition(Topics.UsageEvents, partition), Patience).High.Value);
    }
}
