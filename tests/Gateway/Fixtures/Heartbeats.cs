using Confluent.Kafka;
using Gateway.Contracts;
using Gateway.Contracts.Usage;
using Gateway.LocalStack.Servers;
using Gateway.Testing;

namespace Gateway.Tests.Fixtures;

/// <summary>Reads what gateways tell of their sequences.</summary>
internal static class Heartbeats
{
    public static readonly TimeSpan ReadTimeout = TimeSpan.FromMilliseconds(200);

    public static IConsumer<string, byte[]> Consume(EmbeddedBroker broker)
    {
        var consumer = new ConsumerBuilder<string, byte[]>(new ConsumerConfig
        {
            BootstrapServers = broker.BootstrapServers,
            GroupId = "not-used",
            EnableAutoCommit = false,
        }).SetLogHandler(static (_, _) => { }).Build();
        consumer.Assign(Enumerable.Range(0, Topics.UsageEventsPartitions)
            .Select(partition => new TopicPartitionOffset(Topics.UsageEvents, partition, Offset.Beginning)));
        return consumer;
    }

    public static async Task<UsageHeartbeat> NextAsync(IConsumer<string, byte[]> consumer, Func<UsageHeartbeat, bool> isIt)
    {
        UsageHeartbeat? found = null;
        await Eventually.IsTrueAsync(
            () => Task.Run(() => (found = Read(consumer).FirstOrDefault(isIt)) is not null), "a heartbeat");
        return found!;
    }

    /// <summary>Those that are there and were not read yet.</summary>
    public static IEnumerable<UsageHeartbeat> Read(IConsumer<string, byte[]> consumer)
    {
        while (consumer.Consume(ReadTimeout) is { } result)
        {
            if (UsageHeartbeatJson.TryParse(result.Message.Value, out var heartbeat, out _))
            {
                Assert.Equal(heartbeat.Source, result.Message.Key);
                yield return heartbeat;
            }
        }
    }
}
