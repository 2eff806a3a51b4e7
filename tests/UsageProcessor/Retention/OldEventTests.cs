using Gateway.Contracts.Usage;
using Gateway.Testing;
using Gateway.UsageProcessor.Consuming;
using Gateway.UsageProcessor.Deduplication;
using Gateway.UsageProcessor.Storage;
using Gateway.UsageProcessor.Tests.Infrastructure;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace Gateway.UsageProcessor.Tests.Retention;

/// <summary>An event whose raw row may have been dropped is never counted a second time.</summary>
public sealed class OldEventTests(TestServers servers) : IAsyncLifetime
{
    private static readonly DateTimeOffset Now = TimeProvider.System.GetUtcNow();

    private UsageDatabase _database = null!;
    private WebApplication _application = null!;

    private BatchFlusher Flusher => _application.Services.GetRequiredService<BatchFlusher>();

    public async ValueTask InitializeAsync()
    {
        _database = new UsageDatabase(await servers.CreateDatabaseAsync());
        var broker = await servers.EmbeddedBrokerAsync();
        _application = UsageProcessorApplication.Build(RunningProcessor.Arguments(broker.BootstrapServers, _database.Url));
        await Flusher.ReadOffsetsAsync([0], default);
    }

    public ValueTask DisposeAsync() => _application.DisposeAsync();

    [Fact]
    public async Task Event_that_is_older_than_the_raw_rows_is_a_dead_letter_and_the_rest_of_its_batch_is_stored()
    {
        UsageEvent[] events =
        [
            SampleEvents.One(1) with { Time = Now.AddDays(-88) },
            SampleEvents.One(2) with { Time = Now.AddDays(-91) },
            SampleEvents.One(3) with { Time = Now },
            SampleEvents.One(4) with { Time = new DateTimeOffset(2020, 1, 1, 0, 0, 0, TimeSpan.Zero) },
        ];

        Assert.Equal(FlushOutcome.Stored, await FlushAsync(events, expected: 0));

        Assert.Equal([1L, 3L], (await _database.RowsAsync("SELECT sequence FROM usage_events ORDER BY 1")).Select(row => (long)row[0]!));
        Assert.Equal(2, await _database.ScalarAsync<long>("SELECT sum(requests)::bigint FROM usage_ledger"));
        Assert.Equal(
            [("gateway/test", 2L), ("gateway/test", 4L)],
            (await _database.RowsAsync("SELECT source, sequence FROM dead_letters ORDER BY message_offset")).Select(row => ((string)row[0]!, (long)row[1]!)));
        var reason = await _database.ScalarAsync<string>("SELECT DISTINCT reason FROM dead_letters");
        Assert.Matches("^older than 20..-..-..T00:00:00Z, .* whether it was counted cannot be told any more$", reason);
    }

    [Fact]
    public async Task Event_before_the_first_day_that_is_kept_is_refused_and_the_first_of_that_day_is_not()
    {
        var begins = new DateTimeOffset(await _database.ScalarAsync<DateTime>("SELECT raw_usage_begins()"));

        await FlushAsync([SampleEvents.One(1) with { Time = begins }, SampleEvents.One(2) with { Time = begins.AddTicks(-1) }], expected: 0);

        Assert.Equal((1, 1), (await _database.EventsAsync(), await _database.DeadLettersAsync()));
    }

    [Fact]
    public async Task Copy_of_an_event_whose_row_was_dropped_is_not_counted_again()
    {
        var events = SampleEvents.Many(10).Select(usageEvent => usageEvent with { Time = Now.AddDays(-40) }).ToArray();
        Assert.Equal(FlushOutcome.Stored, await FlushAsync(events, expected: 0));
        await DropAsync(days: 30);
        Assert.Equal(0, await _database.EventsAsync());

        await RestartAsync();
        Assert.Equal(FlushOutcome.Stored, await FlushAsync(events, expected: 10));

        Assert.Equal(10, await _database.ScalarAsync<long>("SELECT sum(requests)::bigint FROM usage_ledger"));
        Assert.Equal(10, await _database.DeadLettersAsync());
    }

    [Fact]
    public async Task Copies_that_come_while_rows_are_being_dropped_are_never_counted_again()
    {
        var events = SampleEvents.Many(60).Select(usageEvent => usageEvent with { Time = Now.AddDays(-usageEvent.Sequence) }).ToArray();
        Assert.Equal(FlushOutcome.Stored, await FlushAsync(events, expected: 0));

        // A day less at a time, while all of them come again and again.
        var dropping = Task.Run(async () =>
        {
            for (var days = 60; days >= 3; days--)
            {
                await DropAsync(days);
            }
        });
        var offset = (long)events.Length;
        do
        {
            await RestartAsync();
            Assert.Equal(FlushOutcome.Stored, await FlushAsync(events, offset));
            offset += events.Length;
        }
        while (!dropping.IsCompleted);

        await dropping;
        Assert.Equal(60, await _database.ScalarAsync<long>("SELECT sum(requests)::bigint FROM usage_ledger"));
        Assert.InRange(await _database.EventsAsync(), 2, 4);
    }

    /// <summary>What retention does, at once.</summary>
    private Task DropAsync(int days) => _database.ExecuteAsync(
        $"""
        DO $$
        BEGIN
            PERFORM keep_raw_usage({days});
            COMMIT;
            DELETE FROM usage_events WHERE occurred_at < (SELECT kept_from FROM usage_retention);
        END
        $$
        """);

    /// <summary>A processor that remembers nothing.</summary>
    private async Task RestartAsync()
    {
        await Flusher.ReadOffsetsAsync([0], default);
        _application.Services.GetRequiredService<DeduplicationWindow>().Clear();
    }

    private Task<FlushOutcome> FlushAsync(UsageEvent[] events, long expected)
    {
        var partition = new AssignedPartition(0);
        var batch = new MessageBatch(_application.Services.GetRequiredService<ConsumerOptions>(), TimeProvider.System);
        foreach (var (index, usageEvent) in events.Index())
        {
            batch.Add(partition, ReceivedMessage.Read(0, expected + index, null, UsageEventJson.Serialize(usageEvent)));
        }

        return Flusher.FlushAsync(Flusher.Prepare(batch, default), [new OffsetAdvance(0, expected, expected + events.Length)], default);
    }
}
