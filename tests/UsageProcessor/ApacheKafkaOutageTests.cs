using Gateway.LocalStack.Servers;
using Gateway.Testing;
using Gateway.UsageProcessor.Tests.Infrastructure;

namespace Gateway.UsageProcessor.Tests;

/// <summary>With a Kafka of its own, beside the others.</summary>
public sealed class ApacheKafkaOutageTests(TestServers servers)
{
    [Fact]
    public async Task Apache_Kafka_that_is_killed_and_comes_back_costs_no_event()
    {
        Assert.SkipWhen(ApacheKafka.Home is null, $"{ApacheKafka.HomeVariable} is not set to an unpacked Apache Kafka");
        using var directory = new TemporaryDirectory();
        await using var kafka = await ApacheKafka.StartAsync(ApacheKafka.Home!, directory.Path, FreePort.Next(), FreePort.Next(), default);
        var (settings, topicName) = await ApacheKafkaTests.CreateTopicAsync(kafka);
        using var topic = new UsageTopic(kafka.BootstrapServers, topicName);
        var database = new UsageDatabase(await servers.CreateDatabaseAsync());
        var events = SampleEvents.Many(400);
        await using var processor = await RunningProcessor.StartAsync(kafka.BootstrapServers, database, settings);
        await topic.SendAsync(events[..200]);
        await Eventually.EqualsAsync(200, database.StoredMessagesAsync);

        await kafka.Process.KillAsync();
        await processor.LoggedAsync(LogIds.KafkaTrouble);
        var sending = topic.SendAsync(events[200..]);
        await kafka.StartProcessAsync(default);
        await sending;

        await Eventually.EqualsAsync(400, database.StoredMessagesAsync, TimeSpan.FromSeconds(60));
        Assert.Equal(400, await database.EventsAsync());
        Assert.Equal(0, await database.LedgerDifferencesAsync());
    }
}
