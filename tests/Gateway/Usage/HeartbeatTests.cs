using Confluent.Kafka;
using Gateway.Contracts;
using Gateway.Contracts.Usage;
using Gateway.LocalStack.Servers;
using Gateway.Testing;
using Gateway.Tests.Fixtures;

namespace Gateway.Tests.Usage;

/// <summary>A gateway tells how far its sequence has got, so that even the loss of its last events is seen.</summary>
public sealed class HeartbeatTests(TestServers servers)
{
    private static readonly TimeSpan ReadTimeout = TimeSpan.FromMilliseconds(200);

    [Fact]
    public async Task Gateway_tells_at_once_and_then_regularly_what_it_has_minted()
    {
        await using var broker = EmbeddedBroker.Start();
        await using var backend = await Backend.StartAsync();
        await using var gateway = await StartAsync(broker, backend);
        using var consumer = Consume(broker);
        Assert.Equal((0L, false), Told(await NextAsync(consumer, _ => true)));

        await RequestAsync(gateway, 3);
        var heartbeat = await NextAsync(consumer, heartbeat => heartbeat.LastSequence > 0);

        Assert.Equal((3L, false), Told(await NextAsync(consumer, later => later.LastSequence == 3)));
        var usageEvent = await LastEventAsync(broker, count: 3);
        Assert.Equal(usageEvent.Source, heartbeat.Source);
        Assert.InRange(heartbeat.Time, usageEvent.Time.AddMinutes(-1), TimeProvider.System.GetUtcNow());
    }

    [Fact]
    public async Task Gateway_that_stops_cleanly_says_so_after_its_last_event()
    {
        await using var broker = EmbeddedBroker.Start();
        await using var backend = await Backend.StartAsync();
        await using var gateway = await StartAsync(broker, backend, ("Usage:BatchWaitMilliseconds", "60000"), ("Usage:HeartbeatSeconds", "3600"));
        await RequestAsync(gateway, 7);

        await gateway.StopAsync();

        using var consumer = Consume(broker);
        Assert.Equal((7L, true), Told(await NextAsync(consumer, heartbeat => heartbeat.Ended)));
        Assert.Equal(7, (await LastEventAsync(broker, count: 7)).Sequence);
    }

    [Fact]
    public async Task Gateway_that_cannot_deliver_its_events_does_not_say_that_it_has_ended()
    {
        await using var broker = EmbeddedBroker.Start();
        await using var backend = await Backend.StartAsync();
        await using var gateway = await StartAsync(broker, backend, ("Usage:HeartbeatSeconds", "3600"));
        using var consumer = Consume(broker);
        Assert.Equal((0L, false), Told(await NextAsync(consumer, _ => true)));
        broker.GoDown();
        await RequestAsync(gateway, 1);

        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(1));
        await gateway.StopAsync(patience.Token);
        broker.ComeUp();

        Assert.DoesNotContain(Heartbeats(consumer), heartbeat => heartbeat.Ended);
    }

    private static (long LastSequence, bool Ended) Told(UsageHeartbeat heartbeat) => (heartbeat.LastSequence, heartbeat.Ended);

    private static async Task RequestAsync(GatewayUnderTest gateway, int count)
    {
        using var client = gateway.ClientOf(await gateway.Customers.CreateAsync());
        for (var request = 0; request < count; request++)
        {
            using var response = await client.GetAsync("/");
        }
    }

    private static IConsumer<string, byte[]> Consume(EmbeddedBroker broker)
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

    private static async Task<UsageHeartbeat> NextAsync(IConsumer<string, byte[]> consumer, Func<UsageHeartbeat, bool> isIt)
    {
        UsageHeartbeat? found = null;
        await Eventually.IsTrueAsync(
            () => Task.Run(() => (found = Heartbeats(consumer).FirstOrDefault(isIt)) is not null), "a heartbeat");
        return found!;
    }

    /// <summary>Those that are there and were not read yet.</summary>
    private static IEnumerable<UsageHeartbeat> Heartbeats(IConsumer<string, byte[]> consumer)
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

    private static async Task<UsageEvent> LastEventAsync(EmbeddedBroker broker, int count)
    {
        using var consumer = Consume(broker);
        var events = new List<UsageEvent>();
        await Eventually.IsTrueAsync(
            () => Task.Run(() =>
            {
                while (consumer.Consume(ReadTimeout) is { } result)
                {
                    if (UsageEventJson.TryParse(result.Message.Value, out var usageEvent, out _))
                    {
                        events.Add(usageEvent);
                    }
                }

                return events.Count >= count;
            }),
            "events");
        return events.MaxBy(usageEvent => usageEvent.Sequence)!;
    }

    private Task<GatewayUnderTest> StartAsync(EmbeddedBroker broker, Backend backend, params (string Name, string Value)[] settings) =>
        GatewayUnderTest.StartAsync(
            servers,
            backend,
            [(EnvironmentVariables.KafkaBootstrapServers, broker.BootstrapServers), ("Usage:HeartbeatSeconds", "1"), .. settings]);
}
