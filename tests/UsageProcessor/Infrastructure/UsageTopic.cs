using System.Globalization;
using System.Text;
using Confluent.Kafka;
using Gateway.Contracts;
using Gateway.Contracts.DeadLetters;
using Gateway.Contracts.Usage;
using Gateway.Hosting.Kafka;

namespace Gateway.UsageProcessor.Tests.Infrastructure;

/// <summary>What a gateway does with Kafka, and what an operator does.</summary>
internal sealed class UsageTopic : IDisposable
{
    private static readonly TimeSpan ReadTimeout = TimeSpan.FromSeconds(30);

    private readonly string _bootstrapServers;
    private readonly string _topic;
    private readonly IProducer<byte[]?, byte[]?> _producer;

    public UsageTopic(string bootstrapServers, string topic = Topics.UsageEvents)
    {
        Librdkafka.UseSystemLibrary();
        _bootstrapServers = bootstrapServers;
        _topic = topic;
        _producer = new ProducerBuilder<byte[]?, byte[]?>(new ProducerConfig
        {
            BootstrapServers = bootstrapServers,
            EnableIdempotence = true,
            CompressionType = CompressionType.Snappy,
            LingerMs = 1,
        }).SetLogHandler(static (_, _) => { }).Build();
    }

    /// <summary>Returns when Kafka has acknowledged all of them; keyed by organization, as the gateway does.</summary>
    public Task SendAsync(IEnumerable<UsageEvent> events) => Task.WhenAll(events.Select(usageEvent =>
        _producer.ProduceAsync(_topic, Message(Encoding.UTF8.GetBytes($"{usageEvent.OrganizationId}"), UsageEventJson.Serialize(usageEvent)))));

    /// <summary>Into one partition, in order. Answers the offset of the last.</summary>
    public async Task<long> SendAsync(int partition, params byte[]?[] values)
    {
        var destination = new TopicPartition(_topic, partition);
        var deliveries = await Task.WhenAll(values.Select(value => _producer.ProduceAsync(destination, Message("key"u8.ToArray(), value))));
        return deliveries.Max(delivery => delivery.Offset.Value);
    }

    /// <summary>As <c>keygen dead-letters replay</c> does; a forger may name any letter.</summary>
    public Task ReplayAsync(string letter, byte[]? value, int partition) => _producer.ProduceAsync(
        new TopicPartition(_topic, partition),
        new Message<byte[]?, byte[]?>
        {
            Key = "key"u8.ToArray(),
            Value = value,
            Headers = new Headers { { DeadLetterId.ReplayHeader, Encoding.UTF8.GetBytes(letter) } },
        });

    /// <summary>Round the partitions and at the events' own times, so that two clusters that are sent the same have the same at each offset.</summary>
    public Task SendInOrderAsync(IEnumerable<UsageEvent> events) => Task.WhenAll(events.Select(usageEvent => _producer.ProduceAsync(
        new TopicPartition(_topic, (int)(usageEvent.Sequence % Topics.UsageEventsPartitions)),
        new Message<byte[]?, byte[]?> { Key = "key"u8.ToArray(), Value = UsageEventJson.Serialize(usageEvent), Timestamp = new Timestamp(usageEvent.Time) })));

    /// <summary>Pretends that a consumer group has got that far.</summary>
    public void CommitGroupOffset(string group, int partition, long offset)
    {
        using var consumer = Consumer(group);
        consumer.Commit([new TopicPartitionOffset(_topic, partition, offset)]);
    }

    /// <summary>How far Kafka believes the group to be.</summary>
    public long GroupOffset(string group, int partition)
    {
        using var consumer = Consumer(group);
        return consumer.Committed([new TopicPartition(_topic, partition)], ReadTimeout).Single().Offset;
    }

    /// <summary>The first messages of the first partition; fewer if they do not come in time.</summary>
    public IReadOnlyList<Message<byte[]?, byte[]?>> Read(string topic, int count)
    {
        using var consumer = Consumer($"reader-{Guid.NewGuid():N}");
        consumer.Assign(new TopicPartitionOffset(topic, 0, Offset.Beginning));
        var messages = new List<Message<byte[]?, byte[]?>>();
        while (messages.Count < count && consumer.Consume(ReadTimeout) is { } result)
        {
            messages.Add(result.Message);
        }

        return messages;
    }

    public void Dispose() => _producer.Dispose();

    public static string Header(Message<byte[]?, byte[]?> message, string name) => Encoding.UTF8.GetString(message.Headers.GetLastBytes(name));

    public static long Number(Message<byte[]?, byte[]?> message, string name) => long.Parse(Header(message, name), CultureInfo.InvariantCulture);

    private static Message<byte[]?, byte[]?> Message(byte[] key, byte[]? value) => new() { Key = key, Value = value };

    private IConsumer<byte[]?, byte[]?> Consumer(string group) => new ConsumerBuilder<byte[]?, byte[]?>(new ConsumerConfig
    {
        BootstrapServers = _bootstrapServers,
        GroupId = group,
        EnableAutoCommit = false,
    }).Build();
}
