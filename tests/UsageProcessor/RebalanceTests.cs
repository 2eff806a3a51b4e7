using Gateway.Contracts;
using Gateway.LocalStack.Servers;
using Gateway.Testing;
using Gateway.UsageProcessor.Tests.Infrastructure;

namespace Gateway.UsageProcessor.Tests;

/// <summary>Partitions change hands, and now and then two processors believe that they have the same one.</summary>
public sealed class RebalanceTests(TestServers servers)
{
    [Fact]
    public async Task Processors_that_join_and_leave_in_mid_stream_share_the_work_and_store_each_event_once()
    {
        await using var broker = EmbeddedBroker.Start();
        string[] settings = ["--Consumer:BatchMessages=10", "--Consumer:SessionTimeoutMilliseconds=4500"];
        using var topic = new UsageTopic(broker.BootstrapServers);
        var database = new UsageDatabase(await servers.CreateDatabaseAsync());
        await using var stream = new EventStream(topic);
        await using var first = await RunningProcessor.StartAsync(broker.BootstrapServers, database, settings);
        await first.LoggedAsync(LogIds.PartitionsAssigned);

        await using (var second = await RunningProcessor.StartAsync(broker.BootstrapServers, database, settings))
        {
            await first.LoggedAsync(LogIds.PartitionsRevoked);
            await Eventually.BecomesAsync(() => Task.FromResult(second.Stored), stored => stored > 0, "events stored by the second");

            // One by one: what it keeps goes on meanwhile.
            var givenBack = Assert.Single(first.Log.Messages, line => line.StartsWith("partitions given back", StringComparison.Ordinal));
            Assert.InRange(givenBack.Split(',').Length, 1, Topics.UsageEventsPartitions - 1);
            Assert.Equal(0, first.Log.Count(LogIds.PartitionsLost));
        }

        var sent = await stream.EndAsync();
        await Eventually.EqualsAsync(sent, database.StoredMessagesAsync, TimeSpan.FromSeconds(60));
        Assert.Equal(sent, await database.EventsAsync());
        Assert.Equal(0, await database.LedgerDifferencesAsync());
    }

    [Fact]
    public async Task Processors_that_both_believe_to_have_every_partition_are_fenced_and_store_each_event_once()
    {
        // Two clusters with the same messages at the same offsets and no knowledge of each other: as a zombie, each
        // processor has all partitions for good.
        await using var broker = EmbeddedBroker.Start();
        await using var otherBroker = EmbeddedBroker.Start();
        using var topic = new UsageTopic(broker.BootstrapServers);
        using var otherTopic = new UsageTopic(otherBroker.BootstrapServers);
        var database = new UsageDatabase(await servers.CreateDatabaseAsync());
        await using var processor = await RunningProcessor.StartAsync(broker.BootstrapServers, database, "--Consumer:BatchMessages=10");
        await using var zombie = await RunningProcessor.StartAsync(otherBroker.BootstrapServers, database, "--Consumer:BatchMessages=10");
        await processor.LoggedAsync(LogIds.PartitionsAssigned);
        await zombie.LoggedAsync(LogIds.PartitionsAssigned);

        var sent = 0;
        foreach (var events in SampleEvents.Many(2_000).Chunk(100))
        {
            await Task.WhenAll(topic.SendInOrderAsync(events), otherTopic.SendInOrderAsync(events));
            sent += events.Length;
            await Eventually.BecomesAsync(database.StoredMessagesAsync, stored => stored > sent - 500, "progress");
        }

        await Eventually.EqualsAsync(2_000, database.StoredMessagesAsync, TimeSpan.FromSeconds(60));
        Assert.Equal(2_000, await database.EventsAsync());
        Assert.Equal(0, await database.LedgerDifferencesAsync());
        Assert.NotEqual(0, processor.Log.Count(LogIds.Fenced) + zombie.Log.Count(LogIds.Fenced));

        // The fence, not the primary key, kept them apart: nobody ever offered the database an event twice.
        Assert.Equal(0, processor.Duplicates + zombie.Duplicates);
    }
}
