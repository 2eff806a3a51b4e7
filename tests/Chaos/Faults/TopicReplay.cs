using Confluent.Kafka;
using Gateway.Contracts;
using Gateway.Hosting.Kafka;

namespace Gateway.Chaos.Faults;

/// <summary>Sends messages that are in the topic to it once more, byte for byte: what a producer's defect or a restored backup would do.</summary>
internal sealed class TopicReplay(string bootstrapServers)
{
    private const int MostMessages = 400;
    private const string Group = "chaos";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    /// <summary>Answers how many; fewer than wanted where the broker is away.</summary>
    public async Task<int> RunAsync(Random random, CancellationToken cancellationToken)
    {
        Librdkafka.UseSystemLibrary();
        try
        {
            // Not for secrets.
#pragma warning disable CA5394
            var (wanted, part) = (random.Next(1, MostMessages + 1), random.NextDouble());
#pragma warning restore CA5394
            var messages = await Task.Run(() => Read(part, wanted), cancellationToken);
            if (messages.Count == 0)
            {
                return 0;
            }

            using var producer = new ProducerBuilder<byte[]?, byte[]?>(new ProducerConfig
            {
                BootstrapServers = bootstrapServers,
                MessageTimeoutMs = (int)Patience.TotalMilliseconds,
            }).SetLogHandler(static (_, _) => { }).Build();
            var sent = 0;
            await Task.WhenAll(messages.Select(async message =>
            {
                try
                {
                    // To the partition that their key leads to, as the gateway does; where they come from does not matter.
                    await producer.ProduceAsync(Topics.UsageEvents, message, cancellationToken);
                    Interlocked.Increment(ref sent);
                }
                catch (ProduceException<byte[]?, byte[]?>)
                {
                    // Whether it arrived is not known; that it is a copy is.
                }
            }));
            return sent;
        }
        catch (KafkaException)
        {
            return 0;
        }
    }

    /// <summary>From somewhere among all messages of all partitions, those that follow in the same partition.</summary>
    private List<Message<byte[]?, byte[]?>> Read(double part, int wanted)
    {
        using var consumer = new ConsumerBuilder<byte[]?, byte[]?>(new ConsumerConfig
        {
            BootstrapServers = bootstrapServers,
            GroupId = Group,
            EnableAutoCommit = false,
        }).SetLogHandler(static (_, _) => { }).Build();
        var ends = Enumerable.Range(0, Topics.UsageEventsPartitions)
            .Select(partition => new TopicPartition(Topics.UsageEvents, partition))
            .Select(partition => (Partition: partition, Count: consumer.QueryWatermarkOffsets(partition, Patience).High.Value))
            .ToArray();
        var first = (long)(ends.Sum(static end => end.Count) * part);
        var messages = new List<Message<byte[]?, byte[]?>>();
        foreach (var (partition, count) in ends)
        {
            if (first < count)
            {
                consumer.Assign(new TopicPartitionOffset(partition, first));
                while (messages.Count < wanted && consumer.Consume(TimeSpan.FromSeconds(1)) is { } result)
                {
                    messages.Add(new Message<byte[]?, byte[]?> { Key = result.Message.Key, Value = result.Message.Value });
                }

                break;
            }

            first -= count;
        }

        return messages;
    }
}
