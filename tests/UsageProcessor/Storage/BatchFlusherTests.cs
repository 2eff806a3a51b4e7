using Gateway.Contracts.DeadLetters;
using Gateway.Contracts.Usage;
using Gateway.Testing;
using Gateway.UsageProcessor.Consuming;
using Gateway.UsageProcessor.Deduplication;
using Gateway.UsageProcessor.Storage;
using Gateway.UsageProcessor.Tests.Infrastructure;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace Gateway.UsageProcessor.Tests.Storage;

/// <summary>What is remembered when, with the real database and the memory in sight.</summary>
public sealed class BatchFlusherTests(TestServers servers) : IAsyncLifetime
{
    private const int Remembered = 30;

    private UsageDatabase _database = null!;
    private WebApplication _application = null!;

    private BatchFlusher Flusher => _application.Services.GetRequiredService<BatchFlusher>();

    private DeduplicationWindow Window => _application.Services.GetRequiredService<DeduplicationWindow>();

    public async ValueTask InitializeAsync()
    {
        _database = new UsageDatabase(await servers.CreateDatabaseAsync());
        var broker = await servers.EmbeddedBrokerAsync();
        _application = UsageProcessorApplication.Build(RunningProcessor.Arguments(
            broker.BootstrapServers, _database.Url, $"--Deduplication:Capacity={Remembered}"));
        await Flusher.ReadOffsetsAsync([0], default);
    }

    public ValueTask DisposeAsync() => _application.DisposeAsync();

    [Fact]
    public async Task Events_of_a_batch_that_was_fenced_are_not_taken_for_copies_when_they_come_again()
    {
        var events = SampleEvents.Many(10);
        await _database.ExecuteAsync("UPDATE consumer_offsets SET next_offset = 3");
        Assert.Equal(FlushOutcome.Fenced, await FlushAsync(events, expected: 0));
        Assert.Equal(0, Window.Count);

        Assert.Equal(FlushOutcome.Stored, await FlushAsync(events, expected: 3));

        Assert.Equal(10, await _database.EventsAsync());
        Assert.Equal(10, Window.Count);
    }

    [Fact]
    public async Task Events_that_a_promoted_replica_lacks_are_not_taken_for_copies()
    {
        var events = SampleEvents.Many(10);
        Assert.Equal(FlushOutcome.Stored, await FlushAsync(events, expected: 0));

        // What a failover to a replica that lags does: the connection breaks, and the last commits are gone.
        await _database.ExecuteAsync("TRUNCATE usage_events, usage_ledger, consumer_offsets");
        await _database.EndSessionsAsync();
        Assert.Equal(FlushOutcome.ConnectionLost, await FlushAsync(SampleEvents.Many(1), expected: 10));

        var offsets = await Flusher.ReadOffsetsAsync([0], default);
        Assert.Equal(FlushOutcome.Stored, await FlushAsync(events, expected: offsets.Partitions[0].Next));
        Assert.Equal(10, await _database.EventsAsync());
    }

    [Fact]
    public async Task Event_that_was_refused_is_not_taken_for_a_copy_when_it_comes_again()
    {
        await _database.ExecuteAsync("ALTER TABLE usage_events ADD CONSTRAINT no_first CHECK (sequence <> 1)");
        var events = SampleEvents.Many(2);
        Assert.Equal(FlushOutcome.Stored, await FlushAsync(events, expected: 0));
        Assert.Equal((1, 1), (await _database.EventsAsync(), await _database.DeadLettersAsync()));

        await _database.ExecuteAsync("ALTER TABLE usage_events DROP CONSTRAINT no_first");
        Assert.Equal(FlushOutcome.Stored, await FlushAsync(events, expected: 2));

        Assert.Equal(2, await _database.EventsAsync());
    }

    [Fact]
    public async Task Copies_in_one_batch_and_copies_of_what_is_remembered_never_reach_the_database()
    {
        var events = SampleEvents.Many(10);
        await FlushAsync([.. events, .. events], expected: 0);

        // A database that would take the copy shows that it was not asked.
        await _database.ExecuteAsync("TRUNCATE usage_events");
        await FlushAsync(events, expected: 20);

        Assert.Equal(0, await _database.EventsAsync());
        Assert.Equal(30, await _database.StoredMessagesAsync());
    }

    [Fact]
    public async Task Batch_that_is_taken_to_the_database_while_another_is_stored_is_stored_after_it_and_its_copies_are_not()
    {
        var events = SampleEvents.Many(30);
        var first = Prepare(events[..20], 0);
        var second = Prepare(events[10..], 20);
        await Task.WhenAll(first.Preparation, second.Preparation);

        Assert.Equal(FlushOutcome.Stored, await Flusher.FlushAsync(first, [new OffsetAdvance(0, 0, 20)], default));
        Assert.Equal(FlushOutcome.Stored, await Flusher.FlushAsync(second, [new OffsetAdvance(0, 20, 40)], default));

        Assert.Equal((30, 40), (await _database.EventsAsync(), await _database.StoredMessagesAsync()));
        Assert.Equal(0, await _database.LedgerDifferencesAsync());
    }

    [Fact]
    public async Task Batch_that_is_given_up_on_its_way_leaves_nothing_and_its_events_can_come_again()
    {
        var events = SampleEvents.Many(30);
        await _database.ExecuteAsync("UPDATE consumer_offsets SET next_offset = 3");
        var fenced = Prepare(events[..10], 0);
        var givenUp = Prepare(events[10..20], 10);
        Assert.Equal(FlushOutcome.Fenced, await Flusher.FlushAsync(fenced, [new OffsetAdvance(0, 0, 10)], default));
        await givenUp.Preparation;
        await Flusher.ReadOffsetsAsync([0], default);

        Assert.Equal(FlushOutcome.Stored, await FlushAsync(events[20..], expected: 3));
        Assert.Equal(FlushOutcome.Stored, await FlushAsync(events[10..20], expected: 13));
        Assert.Equal(20, await _database.EventsAsync());
        Assert.Equal(0, await _database.LedgerDifferencesAsync());
    }

    [Fact]
    public async Task Batch_whose_connection_breaks_on_its_way_is_stored_once_over_the_next()
    {
        var events = SampleEvents.Many(10);
        var lane = Prepare(events, 0);
        await lane.Preparation;
        await _database.EndSessionsAsync("state = 'idle in transaction'");
        Assert.Equal(FlushOutcome.ConnectionLost, await Flusher.FlushAsync(lane, [new OffsetAdvance(0, 0, 10)], default));

        Assert.True((await Flusher.ReadOffsetsAsync([0], default)).OverNewConnection);
        Assert.Equal(FlushOutcome.Stored, await FlushAsync(events, expected: 0));
        Assert.Equal(10, await _database.EventsAsync());
    }

    [Fact]
    public async Task Batch_whose_connection_has_broken_when_it_is_given_up_leaves_two_new_connections()
    {
        await Prepare(SampleEvents.Many(10), 0).Preparation;
        await _database.EndSessionsAsync("state = 'idle in transaction'");

        Assert.True((await Flusher.ReadOffsetsAsync([0], default)).OverNewConnection);

        Assert.Equal(FlushOutcome.Stored, await FlushAsync(SampleEvents.Many(10), expected: 0));
        Assert.Equal(FlushOutcome.Stored, await FlushAsync(SampleEvents.Many(20)[10..], expected: 10));
        Assert.Equal(20, await _database.EventsAsync());
    }

    [Fact]
    public async Task Batch_that_is_on_its_way_holds_no_lock_but_on_its_own_staging_table()
    {
        await Prepare(SampleEvents.Many(10), 0).Preparation;

        var held = await _database.RowsAsync("""
            SELECT locktype, relname::text FROM pg_locks LEFT JOIN pg_class ON pg_class.oid = relation JOIN pg_stat_activity USING (pid)
            WHERE datname = current_database() AND state = 'idle in transaction' ORDER BY locktype
            """);

        Assert.Equal([["relation", "staged_usage_events"], ["transactionid", null], ["virtualxid", null]], held);
    }

    [Fact]
    public async Task Letter_whose_event_is_forgotten_while_its_replay_is_on_its_way_is_marked_all_the_same()
    {
        await _database.ExecuteAsync("ALTER TABLE usage_events ADD CONSTRAINT no_first CHECK (sequence <> 1)");
        var events = SampleEvents.Many(1 + Remembered);
        await FlushAsync(events[..1], expected: 0);
        await _database.ExecuteAsync("ALTER TABLE usage_events DROP CONSTRAINT no_first");
        await FlushAsync(events[..1], expected: 1);

        var others = Prepare(events[1..], 2);
        var replay = Prepare(events[..1], 2 + Remembered, new DeadLetterId("usage-events", 0, 0));
        await Task.WhenAll(others.Preparation, replay.Preparation);
        await Flusher.FlushAsync(others, [new OffsetAdvance(0, 2, 2 + Remembered)], default);
        await Flusher.FlushAsync(replay, [new OffsetAdvance(0, 2 + Remembered, 3 + Remembered)], default);

        Assert.Equal(1 + Remembered, await _database.EventsAsync());
        Assert.Equal(1, await _database.ScalarAsync<long>("SELECT count(*) FROM dead_letters WHERE replayed_at IS NOT NULL"));
    }

    private Task<FlushOutcome> FlushAsync(UsageEvent[] events, long expected) =>
        Flusher.FlushAsync(Prepare(events, expected), [new OffsetAdvance(0, expected, expected + events.Length)], default);

    private FlushLane Prepare(UsageEvent[] events, long firstOffset, DeadLetterId? replayOf = null)
    {
        var partition = new AssignedPartition(0);
        var batch = new MessageBatch(_application.Services.GetRequiredService<ConsumerOptions>(), TimeProvider.System);
        foreach (var (index, usageEvent) in events.Index())
        {
            batch.Add(partition, ReceivedMessage.Read(0, firstOffset + index, null, UsageEventJson.Serialize(usageEvent), replayOf: replayOf));
        }

        return Flusher.Prepare(batch, default);
    }
}
