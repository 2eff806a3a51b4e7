using System.Runtime.InteropServices;
using Confluent.Kafka;

namespace Gateway.UsageProcessor.Consuming;

/// <summary>What librdkafka needs to be told with care.</summary>
internal static class ConsumerExtensions
{
    /// <summary>
    /// Leaves the group and releases the consumer. One that never had a partition only leaves, and the end of the process releases it:
    /// librdkafka 2.0.2 aborts the process where it has joined and was not told yet what is its part (its issue 4312).
    /// </summary>
    public static void Leave(this IConsumer<byte[]?, byte[]?> consumer, bool hadPartitions)
    {
        if (hadPartitions)
        {
            consumer.Close();
            consumer.Dispose();
            return;
        }

        // Nor is the garbage collector to release it.
        _ = GCHandle.Alloc(consumer);
        consumer.Unsubscribe();
    }

    /// <summary>Where a partition's log ends, as Kafka said with the last messages of it; null where it has not yet.</summary>
    public static long? EndOf(this IConsumer<byte[]?, byte[]?> consumer, string topic, int partition)
    {
        var end = consumer.GetWatermarkOffsets(new TopicPartition(topic, partition)).High;
        return end.IsSpecial ? null : end.Value;
    }

    /// <summary>Answers whether the consumer goes on there. Not where librdkafka has not begun to fetch the partition yet, or does not know it just now.</summary>
    public static bool TrySeek(this IConsumer<byte[]?, byte[]?> consumer, TopicPartitionOffset to)
    {
        try
        {
            consumer.Seek(to);
            return true;
        }
        catch (KafkaException exception) when (!exception.Error.IsFatal)
        {
            return false;
        }
    }
}
