using Confluent.Kafka;
using Confluent.Kafka.Admin;
using Gateway.Contracts;
using Gateway.LocalStack.Servers;
using Gateway.Testing;
using Gateway.UsageProcessor.Tests.Infrastructure;

namespace Gateway.UsageProcessor.Tests;

/// <summary>The same with a real Kafka, whose group coordinator and log are not librdkafka's own idea of them.</summary>
public sealed class ApacheKafkaTests(TestServers servers)
{
    [Fact]
    public async Task Processors_on_Apache_Kafka_that_join_leave_and_start_again_store_each_event_once()
    {
        var kafka = await servers.ApacheKafkaAsync();
        var (settings, topicName) = await CreateTopicAsync(kafka);
        using var topic = new UsageTopic(kafka.BootstrapServers, topicName);
        var database = new UsageDatabase(await servers.CreateDatabaseAsync());
        await using var stream = new EventStream(topic);

        await using (var first = await RunningProcessor.StartAsync(kafka.BootstrapServers, database, settings))
        {
            await first.LoggedAsync(LogIds.PartitionsAssigned);
            await using var second = await RunningProcessor.StartAsync(kafka.BootstrapServers, database, settings);
            await first.LoggedAsync(LogIds.PartitionsRevoked);
            await Eventually.BecomesAsync(() => Task.FromResult(second.Stored), stored => stored > 0, "events stored by the second");
        }

        await using var third = await RunningProcessor.StartAsync(kafka.BootstrapServers, database, settings);
        await Eventually.BecomesAsync(() => Task.FromResult(third.Stored), stored => stored > 0, "events stored by the third");
        var sent = await stream.EndAsync();
        await Eventually.EqualsAsync(sent, database.StoredMessagesAsync);

        Assert.Equal(sent, await database.EventsAsync());
        Assert.Equal(0, await database.LedgerDifferencesAsync());
        Assert.Equal(0, third.Duplicates);
    }

    [Fact]
    public async Task Offsets_that_Apache_Kafka_has_deleted_are_reported_as_a_jump()
    {
        var kafka = await servers.ApacheKafkaAsync();
        var (settings, topicName) = await CreateTopicAsync(kafka);
        using var topic = new UsageTopic(kafka.BootstrapServers, topicName);
        var database = new UsageDatabase(await servers.CreateDatabaseAsync());
        await topic.SendInOrderAsync(SampleEvents.Many(1_200));
        using (var admin = new AdminClientBuilder(new AdminClientConfig { BootstrapServers = kafka.BootstrapServers }).Build())
        {
            await admin.DeleteRecordsAsync([new TopicPartitionOffset(topicName, 3, 40)]);
        }

        await using var processor = await RunningProcessor.StartAsync(kafka.BootstrapServers, database, settings);

        await Eventually.EqualsAsync(1_160, database.EventsAsync);
        Assert.Equal(1, processor.Log.Count(LogIds.PartitionJumped));
    }

    [Fact]
    public async Task Apache_Kafka_that_is_killed_and_comes_back_costs_no_event()
    {
        Assert.SkipWhen(ApacheKafka.Home is null, $"{ApacheKafka.HomeVariable} is not set to an unpacked Apache Kafka");
        using var directory = new TemporaryDirectory();
        await using var kafka = await ApacheKafka.StartAsync(ApacheKafka.Home!, directory.Path, FreePort.Next(), FreePort.Next(), default);
        var (settings, topicName) = await CreateTopicAsync(kafka);
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

    private static async Task<(string[] Settings, string Topic)> CreateTopicAsync(ApacheKafka kafka)
    {
        var name = $"usage-events-{Guid.NewGuid():N}";
        Hosting.Kafka.Librdkafka.UseSystemLibrary();
        using var admin = new AdminClientBuilder(new AdminClientConfig { BootstrapServers = kafka.BootstrapServers }).Build();
        await admin.CreateTopicsAsync([new TopicSpecification { Name = name, NumPartitions = Topics.UsageEventsPartitions, ReplicationFactor = 1 }]);
        return ([$"--Consumer:Topic={name}", $"--Consumer:Group={name}", "--Consumer:BatchMessages=50"], name);
    }
}
