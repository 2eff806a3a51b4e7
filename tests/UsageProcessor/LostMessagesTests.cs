using Gateway.Contracts;
using Gateway.Contracts.Usage;
using Gateway.LocalStack.Servers;
using Gateway.Testing;
using Gateway.UsageProcessor.Tests.Infrastructure;

namespace Gateway.UsageProcessor.Tests;

/// <summary>A log that is not the one that was read so far is never read on by itself.</summary>
public sealed class LostMessagesTests(TestServers servers)
{
    private const int Partition = 5;
    private const int MessagesLost = 3;

    [Fact]
    public async Task Topic_that_was_made_anew_and_has_grown_past_the_stored_offset_ends_the_process_with_a_message_and_stores_nothing()
    {
        var database = await StoredAsync();
        await using var broker = EmbeddedBroker.Start();
        using var topic = new UsageTopic(broker.BootstrapServers);
        await topic.SendAsync(Partition, Values(101, 50));
        await using var processor = await ProcessorProcess.StartAsync(RunningProcessor.Arguments(broker.BootstrapServers, database.Url));

        Assert.Equal(MessagesLost, await processor.ExitCodeAsync());

        Assert.Equal((0, 10), (await database.EventsAsync(), await database.StoredMessagesAsync()));
        var line = Assert.Single(processor.Output.Split('\n'), line => line.Contains("messages are lost", StringComparison.Ordinal));
        Assert.Contains("topic usage-events, partition 5: expected the message that was stored last at offset 9", line, StringComparison.Ordinal);
        Assert.Contains("found that another message at that offset, in a log from 0 to 50", line, StringComparison.Ordinal);
        Assert.Contains("Consumer:OnLostMessages=GoOn", line, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", processor.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Operator_who_says_go_on_has_all_that_is_there_stored_and_says_it_once()
    {
        var database = await StoredAsync();
        await using var broker = EmbeddedBroker.Start();
        using var topic = new UsageTopic(broker.BootstrapServers);
        await topic.SendAsync(Partition, Values(101, 50));

        await using (var processor = await RunningProcessor.StartAsync(broker.BootstrapServers, database, "--Consumer:OnLostMessages=GoOn"))
        {
            await Eventually.EqualsAsync(50, database.EventsAsync);
            Assert.Equal(1, processor.Log.Count(LogIds.WentOnAfterLoss));
            Assert.Equal(0, processor.Log.Count(LogIds.MessagesLost));
        }

        await using var next = await RunningProcessor.StartAsync(broker.BootstrapServers, database);
        await topic.SendAsync(Partition, Values(201, 10));
        await Eventually.EqualsAsync(60, database.EventsAsync);
        Assert.Equal(0, await database.LedgerDifferencesAsync());
    }

    [Fact]
    public async Task Operator_who_says_go_on_need_not_say_it_again_though_nothing_was_there_to_be_stored()
    {
        var database = await StoredAsync();
        await using var broker = EmbeddedBroker.Start();
        using var topic = new UsageTopic(broker.BootstrapServers);
        await using (await RunningProcessor.StartAsync(broker.BootstrapServers, database, "--Consumer:OnLostMessages=GoOn"))
        {
            await Eventually.EqualsAsync(0, database.StoredMessagesAsync);
        }

        await using var next = await RunningProcessor.StartAsync(broker.BootstrapServers, database);
        await topic.SendAsync(Partition, Values(201, 10));

        await Eventually.EqualsAsync(10, database.EventsAsync);
    }

    [Fact]
    public async Task Log_that_ends_before_the_stored_offset_stops_a_processor_that_is_left_with_nothing_of_it()
    {
        var database = await StoredAsync();
        await using var broker = EmbeddedBroker.Start();
        using var topic = new UsageTopic(broker.BootstrapServers);
        await topic.SendAsync(Partition, Values(101, 7));
        await using var processor = await RunningProcessor.StartAsync(broker.BootstrapServers, database);

        await processor.LoggedAsync(LogIds.MessagesLost);

        Assert.Equal((0, 10), (await database.EventsAsync(), await database.StoredMessagesAsync()));
        Assert.Contains(processor.Log.Messages, line => line.Contains("it ends at 7; 3 messages that are stored are gone", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Offset_without_a_fingerprint_is_believed_once_and_then_has_one()
    {
        var database = await StoredAsync(fingerprint: null);
        await using var broker = EmbeddedBroker.Start();
        using var topic = new UsageTopic(broker.BootstrapServers);
        await topic.SendAsync(Partition, Values(1, 10));

        await using var processor = await RunningProcessor.StartAsync(broker.BootstrapServers, database);

        await Eventually.EqualsAsync(1, () => database.ScalarAsync<long>("SELECT count(*) FROM consumer_offsets WHERE fingerprint_offset = 9 AND fingerprint IS NOT NULL"));
        Assert.Equal(0, processor.Log.Count(LogIds.MessagesLost));
    }

    [Fact]
    public async Task Offset_that_somebody_has_set_by_hand_is_believed()
    {
        var database = await StoredAsync();
        await database.ExecuteAsync("UPDATE consumer_offsets SET next_offset = 5");
        await using var broker = EmbeddedBroker.Start();
        using var topic = new UsageTopic(broker.BootstrapServers);
        await topic.SendAsync(Partition, Values(1, 10));

        await using var processor = await RunningProcessor.StartAsync(broker.BootstrapServers, database);

        await Eventually.EqualsAsync(5, database.EventsAsync);
    }

    [Fact]
    public async Task Setting_that_is_neither_ends_the_process_with_a_line_that_names_it()
    {
        await using var processor = await ProcessorProcess.StartAsync(
            [.. RunningProcessor.Arguments("127.0.0.1:1", "postgresql://u:p@127.0.0.1:1/d"), "--Consumer:OnLostMessages=skip"]);

        Assert.Equal(2, await processor.ExitCodeAsync());
        Assert.StartsWith("Consumer:OnLostMessages", processor.Output, StringComparison.Ordinal);
    }

    private static byte[][] Values(int firstSequence, int count) =>
        [.. Enumerable.Range(firstSequence, count).Select(sequence => UsageEventJson.Serialize(SampleEvents.One(sequence)))];

    /// <summary>A database that is past ten messages of a broker that is gone.</summary>
    private async Task<UsageDatabase> StoredAsync(long? fingerprint = 4711)
    {
        var database = new UsageDatabase(await servers.CreateDatabaseAsync());
        await database.ExecuteAsync(
            "INSERT INTO consumer_offsets (consumer_group, topic, partition, next_offset, fingerprint, fingerprint_offset) VALUES ($1, $2, $3, 10, $4, 9)",
            Topics.UsageProcessorGroup, Topics.UsageEvents, Partition, (object?)fingerprint ?? DBNull.Value);
        return database;
    }
}
