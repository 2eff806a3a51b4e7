using Confluent.Kafka;
using Gateway.Contracts;
using Gateway.Contracts.Usage;
using Gateway.LocalStack.Servers;
using Gateway.Testing;

namespace Gateway.Tests.Fixtures;

/// <summary>Reads what gateways have published. Tests share the topic and look at their own organization's events.</summary>
internal static class Topic
{
    private static readonly TimeSpan ReadTimeout = TimeSpan.FromMilliseconds(200);

    /// <summary>An organization's events in the order of their sequence, once there are that many.</summary>
    public static async Task<IReadOnlyList<UsageEvent>> EventsAsync(IBroker broker, Guid organizationId, int count)
    {
        using var consumer = new ConsumerBuilder<string, byte[]>(new ConsumerConfig
        {
            BootstrapServers = broker.BootstrapServers,
            GroupId = "not-used",
            EnableAutoCommit = false,
        }).Build();
        consumer.Assign(Enumerable.Range(0, Topics.UsageEventsPartitions)
            .Select(partition => new TopicPartitionOffset(Topics.UsageEvents, partition, Offset.Beginning)));

        var events = new List<UsageEvent>();
        await Eventually.IsTrueAsync(
            () => Task.Run(() =>
            {
                while (consumer.Consume(ReadTimeout) is { } message)
                {
                    if (UsageHeartbeatJson.TryParse(message.Message.Value, out _, out _))
                    {
                        continue;
                    }

                    Assert.True(UsageEventJson.TryParse(message.Message.Value, out var usageEvent, out var reason), reason);
                    if (usageEvent.OrganizationId == organizationId)
                    {
                        Assert.Equal(organizationId.ToString(), message.Message.Key);
                        events.Add(usageEvent);
                    }
                }

                return events.Count >= count;
            }),
            $"{count} events of one organization");
        return [.. events.OrderBy(usageEvent => usageEvent.Sequence)];
    }
}
