using Confluent.Kafka;
using Gateway.Contracts;
using Gateway.Hosting.Kafka;

namespace Gateway.Chaos.Checking;

/// <summary>How many messages the topic's partitions have, and whether each replica has them.</summary>
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

    /// <summary>Whether every partition has so many replicas that have caught up: only then is its end the end of all that was acknowledged.</summary>
    /// <exception cref="KafkaException">The broker is away.</exception>
    public static bool IsInSync(string bootstrapServers, int replicas)
    {
        Librdkafka.UseSystemLibrary();
        using var admin = new AdminClientBuilder(new AdminClientConfig { BootstrapServers = bootstrapServers }).SetLogHandler(static (_, _) => { }).Build();
        return admin.GetMetadata(Topics.UsageEvents, Patience).Topics.Single().Partitions is { Count: > 0 } partitions
            && partitions.TrueForAll(partition => partition.InSyncReplicas.Length == replicas && partition.Replicas.Length == replicas);
    }
}
