using Gateway.Contracts;
using Gateway.Contracts.Usage;
using Gateway.LocalStack.Servers;
using Gateway.Testing;
using Gateway.UsageProcessor.Tests.Infrastructure;

namespace Gateway.UsageProcessor.Tests;

/// <summary>The database says where to go on, and nobody else.</summary>
public sealed class OffsetTests(TestServers servers)
{
    private const int Partition = 5;

    [Fact]
    public async Task Offset_that_Kafka_has_is_ignored_when_the_database_has_none()
    {
        await using var broker = EmbeddedBroker.Start();
        using var topic = new UsageTopic(broker.BootstrapServers);
        var database = new UsageDatabase(await servers.CreateDatabaseAsync());
        await topic.SendAsync(Partition, Values(1, 100));
        topic.CommitGroupOffset(Topics.UsageProcessorGroup, Partition, 60);

        await using var processor = await RunningProcessor.StartAsync(broker.BootstrapServers, database);

        await Eventually.EqualsAsync(100, database.EventsAsync);
    }

    [Fact]
    public async Task Offset_that_Kafka_has_is_ignored_in_favour_of_the_databases()
    {
        await using var broker = EmbeddedBroker.Start();
        using var topic = new UsageTopic(broker.BootstrapServers);
        var database = new UsageDatabase(await servers.CreateDatabaseAsync());
        await topic.SendAsync(Partition, Values(1, 100));
        topic.CommitGroupOffset(Topics.UsageProcessorGroup, Partition, 90);
        await database.ExecuteAsync(
            "INSERT INTO consumer_offsets (consumer_group, topic, partition, next_offset) VALUES ($1, $2, $3, 40)",
            Topics.UsageProcessorGroup, Topics.UsageEvents, Partition);

        await using var processor = await RunningProcessor.StartAsync(broker.BootstrapServers, database);

        await Eventually.EqualsAsync(100, database.StoredMessagesAsync);
        Assert.Equal(60, await database.EventsAsync());
        Assert.Equal(41, await database.ScalarAsync<long>("SELECT min(sequence) FROM usage_events"));
    }

    [Fact]
    public async Task Kafka_is_told_how_far_the_database_is_so_that_lag_can_be_watched()
    {
        await using var broker = EmbeddedBroker.Start();
        using var topic = new UsageTopic(broker.BootstrapServers);
        var database = new UsageDatabase(await servers.CreateDatabaseAsync());
        await using var processor = await RunningProcessor.StartAsync(broker.BootstrapServers, database);

        await topic.SendAsync(Partition, Values(1, 100));

        await Eventually.EqualsAsync(100, () => Task.FromResult(topic.GroupOffset(Topics.UsageProcessorGroup, Partition)));
        Assert.Equal(100, await database.EventsAsync());
    }

    [Fact]
    public async Task Stored_offset_that_an_operator_moves_back_fences_a_running_processor_and_it_stores_again_from_there()
    {
        await using var broker = EmbeddedBroker.Start();
        using var topic = new UsageTopic(broker.BootstrapServers);
        var database = new UsageDatabase(await servers.CreateDatabaseAsync());
        await using var processor = await RunningProcessor.StartAsync(broker.BootstrapServers, database);
        var values = Values(1, 120);
        await topic.SendAsync(Partition, values[..100]);
        await Eventually.EqualsAsync(100, database.StoredMessagesAsync);

        await database.ExecuteAsync("DELETE FROM usage_events WHERE sequence > 80");
        await database.ExecuteAsync("UPDATE consumer_offsets SET next_offset = 80 WHERE partition = $1", Partition);
        await topic.SendAsync(Partition, values[100..]);

        await Eventually.EqualsAsync(120, database.StoredMessagesAsync);
        Assert.Equal(1, processor.Log.Count(LogIds.Fenced));
        Assert.Equal(120, await database.ScalarAsync<long>("SELECT count(DISTINCT sequence) FROM usage_events"));
    }

    private static byte[][] Values(int firstSequence, int count) =>
        [.. Enumerable.Range(firstSequence, count).Select(sequence => UsageEventJson.Serialize(SampleEvents.One(sequence)))];
}
