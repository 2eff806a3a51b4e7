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
    private UsageDatabase _database = null!;
    private WebApplication _application = null!;

    private BatchFlusher Flusher => _application.Services.GetRequiredService<BatchFlusher>();

    private DeduplicationWindow Window => _application.Services.GetRequiredService<DeduplicationWindow>();

    public async ValueTask InitializeAsync()
    {
        _database = new UsageDatabase(await servers.CreateDatabaseAsync());
        var broker = await servers.EmbeddedBrokerAsync();
        _application = UsageProcessorApplication.Build(RunningProcessor.Arguments(broker.BootstrapServers, _database.Url));
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
        await _database.ExecuteAsync("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()");
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

    private Task<FlushOutcome> FlushAsync(UsageEvent[] events, long expected)
    {
        var partition = new AssignedPartition(0);
        var batch = new MessageBatch(_application.Services.GetRequiredService<ConsumerOptions>(), TimeProvider.System);
        foreach (var (index, usageEvent) in events.Index())
        {
            batch.Add(partition, ReceivedMessage.Read(0, expected + index, null, UsageEventJson.Serialize(usageEvent)));
        }

        return Flusher.FlushAsync(batch, [new OffsetAdvance(0, expected, expected + events.Length)], default);
    }
}
