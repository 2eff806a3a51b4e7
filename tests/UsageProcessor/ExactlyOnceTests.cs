using Gateway.LocalStack.Servers;
using Gateway.Testing;
using Gateway.UsageProcessor.Tests.Infrastructure;

namespace Gateway.UsageProcessor.Tests;

/// <summary>Each event is one row, and the ledger is the sum of the rows.</summary>
public sealed class ExactlyOnceTests(TestServers servers)
{
    [Fact]
    public async Task Events_of_many_partitions_are_each_stored_once_and_counted_once()
    {
        await using var broker = EmbeddedBroker.Start();
        using var topic = new UsageTopic(broker.BootstrapServers);
        var database = new UsageDatabase(await servers.CreateDatabaseAsync());
        await using var processor = await RunningProcessor.StartAsync(broker.BootstrapServers, database);

        await topic.SendAsync(SampleEvents.Many(2_000));

        await Eventually.EqualsAsync(2_000, database.StoredMessagesAsync);
        Assert.Equal(2_000, await database.EventsAsync());
        Assert.Equal(0, await database.LedgerDifferencesAsync());
        Assert.Equal(0, processor.Duplicates);
    }

    [Fact]
    public async Task Events_that_are_sent_three_times_and_across_a_restart_are_stored_once()
    {
        await using var broker = EmbeddedBroker.Start();
        using var topic = new UsageTopic(broker.BootstrapServers);
        var database = new UsageDatabase(await servers.CreateDatabaseAsync());
        var events = SampleEvents.Many(500);

        await using (var first = await RunningProcessor.StartAsync(broker.BootstrapServers, database))
        {
            await topic.SendAsync(events);
            await topic.SendAsync(events);
            await Eventually.EqualsAsync(1_000, database.StoredMessagesAsync);
            await Eventually.EqualsAsync(500, () => Task.FromResult(first.Duplicates));
        }

        // Nothing in memory: only the primary key can recognize these.
        await using var second = await RunningProcessor.StartAsync(broker.BootstrapServers, database);
        await topic.SendAsync(events);
        await Eventually.EqualsAsync(1_500, database.StoredMessagesAsync);
        await Eventually.EqualsAsync(500, () => Task.FromResult(second.Duplicates));

        Assert.Equal(500, await database.EventsAsync());
        Assert.Equal(0, await database.LedgerDifferencesAsync());
    }

    [Fact]
    public async Task Processor_that_is_stopped_and_started_in_mid_stream_loses_and_doubles_nothing()
    {
        await using var broker = EmbeddedBroker.Start();
        using var topic = new UsageTopic(broker.BootstrapServers);
        var database = new UsageDatabase(await servers.CreateDatabaseAsync());
        var events = SampleEvents.Many(3_000);
        await topic.SendAsync(events[..1_500]);

        await using (await RunningProcessor.StartAsync(broker.BootstrapServers, database, "--Consumer:BatchMessages=50"))
        {
            await Eventually.BecomesAsync(database.EventsAsync, count => count > 0, "a first batch");
        }

        var storedByFirst = await database.StoredMessagesAsync();
        await using var second = await RunningProcessor.StartAsync(broker.BootstrapServers, database, "--Consumer:BatchMessages=50");
        await topic.SendAsync(events[1_500..]);
        await Eventually.EqualsAsync(3_000, database.StoredMessagesAsync);

        Assert.Equal(3_000, await database.EventsAsync());
        Assert.Equal(0, await database.LedgerDifferencesAsync());

        // It went on where the first one had stopped, so it saw no message twice.
        Assert.InRange(storedByFirst, 1, 3_000);
        Assert.Equal(0, second.Duplicates);
    }
}
