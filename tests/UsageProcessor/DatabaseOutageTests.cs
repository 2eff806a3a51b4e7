using System.Diagnostics;
using Gateway.LocalStack.Servers;
using Gateway.Testing;
using Gateway.UsageProcessor.Tests.Infrastructure;

namespace Gateway.UsageProcessor.Tests;

/// <summary>Whatever happens to the database, the processor stays in its group and catches up.</summary>
public sealed class DatabaseOutageTests
{
    [Fact]
    public async Task Database_that_is_killed_in_mid_stream_costs_no_event_and_two_lines_in_the_log()
    {
        await using var broker = EmbeddedBroker.Start();
        using var topic = new UsageTopic(broker.BootstrapServers);
        await using var postgres = await OwnPostgres.StartAsync();
        var database = postgres.Database;
        await using var processor = await RunningProcessor.StartAsync(broker.BootstrapServers, database, "--Consumer:BatchMessages=20");
        var events = SampleEvents.Many(3_000);
        await topic.SendAsync(events[..1_000]);
        await Eventually.BecomesAsync(database.EventsAsync, count => count > 0, "a first batch");

        await postgres.KillAsync();
        await topic.SendAsync(events[1_000..]);
        await processor.LoggedAsync(LogIds.ConsumingPaused);
        await postgres.RestartAsync();

        await Eventually.EqualsAsync(3_000, database.StoredMessagesAsync);
        Assert.Equal(3_000, await database.EventsAsync());
        Assert.Equal(0, await database.LedgerDifferencesAsync());
        Assert.Equal(1, processor.Log.Count(LogIds.StoringInterrupted));
        Assert.Equal(1, processor.Log.Count(LogIds.StoringResumed));
        Assert.Equal(1, processor.Log.Count(LogIds.ConsumingPaused));
        Assert.Equal(1, processor.Log.Count(LogIds.ConsumingResumed));
        StayedInGroup(processor);
    }

    [Fact]
    public async Task Database_that_is_frozen_and_thawed_costs_no_event()
    {
        await using var broker = EmbeddedBroker.Start();
        using var topic = new UsageTopic(broker.BootstrapServers);
        await using var postgres = await OwnPostgres.StartAsync();
        var database = postgres.Database;
        await using var processor = await RunningProcessor.StartAsync(
            broker.BootstrapServers, database, "--Consumer:BatchMessages=20", "--Storage:CommandTimeoutSeconds=1");
        var events = SampleEvents.Many(2_000);
        await topic.SendAsync(events[..500]);
        await Eventually.BecomesAsync(database.EventsAsync, count => count > 0, "a first batch");

        await postgres.FreezeAsync();
        await topic.SendAsync(events[500..]);
        await processor.LoggedAsync(LogIds.ConsumingPaused);
        await processor.LoggedAsync(LogIds.StoringInterrupted);
        await postgres.ThawAsync();

        await Eventually.EqualsAsync(2_000, database.StoredMessagesAsync);
        Assert.Equal(2_000, await database.EventsAsync());
        Assert.Equal(0, await database.LedgerDifferencesAsync());
        StayedInGroup(processor);
    }

    [Fact]
    public async Task Database_that_is_away_for_longer_than_a_consumer_may_not_poll_costs_no_partition()
    {
        await using var broker = EmbeddedBroker.Start();
        using var topic = new UsageTopic(broker.BootstrapServers);
        await using var postgres = await OwnPostgres.StartAsync();
        var database = postgres.Database;
        await using var processor = await RunningProcessor.StartAsync(
            broker.BootstrapServers,
            database,
            "--Consumer:BatchMessages=20",
            "--Consumer:MaxPollIntervalMilliseconds=6000");
        var events = SampleEvents.Many(500);
        await topic.SendAsync(events[..100]);
        await Eventually.EqualsAsync(100, database.EventsAsync);

        await postgres.KillAsync();
        await topic.SendAsync(events[100..]);
        await processor.LoggedAsync(LogIds.ConsumingPaused);
        var pausedAt = Stopwatch.GetTimestamp();
        await Eventually.IsTrueAsync(() => Task.FromResult(Stopwatch.GetElapsedTime(pausedAt) > TimeSpan.FromSeconds(9)), "more than the interval");
        await postgres.RestartAsync();

        await Eventually.EqualsAsync(500, database.EventsAsync);
        StayedInGroup(processor);
    }

    private static void StayedInGroup(RunningProcessor processor)
    {
        Assert.Equal(1, processor.Log.Count(LogIds.PartitionsAssigned));
        Assert.Equal(0, processor.Log.Count(LogIds.PartitionsRevoked));
        Assert.Equal(0, processor.Log.Count(LogIds.PartitionsLost));
    }
}
