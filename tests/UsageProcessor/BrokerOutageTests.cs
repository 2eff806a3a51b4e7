using Gateway.LocalStack.Servers;
using Gateway.Testing;
using Gateway.UsageProcessor.Tests.Infrastructure;

namespace Gateway.UsageProcessor.Tests;

public sealed class BrokerOutageTests(TestServers servers)
{
    [Fact]
    public async Task Broker_that_goes_and_comes_back_costs_no_event()
    {
        await using var broker = EmbeddedBroker.Start();
        using var topic = new UsageTopic(broker.BootstrapServers);
        var database = new UsageDatabase(await servers.CreateDatabaseAsync());
        var events = SampleEvents.Many(400);

        // The group outlives the outage: how librdkafka's broker forms one anew is its own affair, Apache Kafka's is tested beside it.
        await using var processor = await RunningProcessor.StartAsync(
            broker.BootstrapServers, database, "--Consumer:SessionTimeoutMilliseconds=60000");
        await topic.SendAsync(events[..200]);
        await Eventually.EqualsAsync(200, database.StoredMessagesAsync);

        broker.GoDown();
        await processor.LoggedAsync(LogIds.KafkaTrouble);
        var sending = topic.SendAsync(events[200..]);
        broker.ComeUp();
        await sending;

        await Eventually.EqualsAsync(400, database.StoredMessagesAsync);
        Assert.Equal(400, await database.EventsAsync());
        Assert.Equal(0, await database.LedgerDifferencesAsync());
        Assert.Equal(1, processor.Log.Count(LogIds.KafkaRecovered));
    }
}
