using System.Text;
using Gateway.Contracts.Usage;
using Gateway.LocalStack.Servers;
using Gateway.Testing;
using Gateway.UsageProcessor.Tests.Infrastructure;

namespace Gateway.UsageProcessor.Tests;

/// <summary>Every source's sequence is followed from Kafka to the database.</summary>
public sealed class SequenceTests(TestServers servers)
{
    private const string Counts =
        "SELECT format('%s %s %s %s %s', highest_sequence, stored, sequence_sum, duplicates, announced_sequence) FROM usage_sources WHERE source = 'gateway/test'";

    [Fact]
    public async Task Copies_in_memory_and_after_a_restart_are_counted_as_refused()
    {
        await using var broker = EmbeddedBroker.Start();
        using var topic = new UsageTopic(broker.BootstrapServers);
        var database = new UsageDatabase(await servers.CreateDatabaseAsync());
        var events = SampleEvents.Many(200);
        await using (await RunningProcessor.StartAsync(broker.BootstrapServers, database))
        {
            await topic.SendAsync(events);
            await topic.SendAsync(events);
            await Eventually.EqualsAsync(400, database.StoredMessagesAsync);
        }

        await using var second = await RunningProcessor.StartAsync(broker.BootstrapServers, database);
        await topic.SendAsync(events);
        await Eventually.EqualsAsync(600, database.StoredMessagesAsync);

        Assert.Equal("200 200 20100 400 ", await database.ScalarAsync<string>(Counts));
    }

    [Fact]
    public async Task Hole_and_lost_tail_can_be_read_from_the_counts()
    {
        await using var broker = EmbeddedBroker.Start();
        using var topic = new UsageTopic(broker.BootstrapServers);
        var database = new UsageDatabase(await servers.CreateDatabaseAsync());
        await using var processor = await RunningProcessor.StartAsync(broker.BootstrapServers, database);

        await topic.SendAsync(SampleEvents.Many(10).Where(usageEvent => usageEvent.Sequence != 4));
        await topic.SendAsync(0, Heartbeat(12));
        await Eventually.EqualsAsync(10, database.StoredMessagesAsync);

        Assert.Equal("10 9 51 0 12", await database.ScalarAsync<string>(Counts));
    }

    [Fact]
    public async Task Heartbeats_are_neither_events_nor_duplicates_nor_dead_letters()
    {
        await using var broker = EmbeddedBroker.Start();
        using var topic = new UsageTopic(broker.BootstrapServers);
        var database = new UsageDatabase(await servers.CreateDatabaseAsync());
        await using var processor = await RunningProcessor.StartAsync(broker.BootstrapServers, database);

        await topic.SendAsync(0, Heartbeat(0), Heartbeat(0), Heartbeat(3), UsageEventJson.Serialize(SampleEvents.One(1)));
        await Eventually.EqualsAsync(4, database.StoredMessagesAsync);

        // What is counted is in the database a moment before.
        await Eventually.EqualsAsync(1L, () => Task.FromResult(processor.Stored));
        Assert.Equal((1, 0, 0), (await database.EventsAsync(), await database.DeadLettersAsync(), processor.Duplicates));
        Assert.Equal("1 1 1 0 3", await database.ScalarAsync<string>(Counts));
    }

    [Fact]
    public async Task What_heartbeats_say_of_sequences_that_are_not_there_comes_to_the_database()
    {
        await using var broker = EmbeddedBroker.Start();
        using var topic = new UsageTopic(broker.BootstrapServers);
        var database = new UsageDatabase(await servers.CreateDatabaseAsync());
        await using var processor = await RunningProcessor.StartAsync(broker.BootstrapServers, database);

        await topic.SendAsync(0, Heartbeat(9, pending: [new(2, 4), new(7, 7)]));
        await Eventually.EqualsAsync(1, database.StoredMessagesAsync);
        Assert.Equal("{[2,5),[7,8)} {}", await database.ScalarAsync<string>("SELECT format('%s %s', pending, unanswered) FROM usage_sources"));

        await topic.SendAsync(0, Heartbeat(9, ended: true, unanswered: [new(3, 3)]));
        await Eventually.EqualsAsync(2, database.StoredMessagesAsync);
        Assert.Equal("{} {[3,4)}", await database.ScalarAsync<string>("SELECT format('%s %s', pending, unanswered) FROM usage_sources"));
        Assert.Equal(0, await database.DeadLettersAsync());
    }

    [Fact]
    public async Task Dead_letters_keep_source_and_sequence_where_they_can_be_read()
    {
        await using var broker = EmbeddedBroker.Start();
        using var topic = new UsageTopic(broker.BootstrapServers);
        var database = new UsageDatabase(await servers.CreateDatabaseAsync());
        await database.ExecuteAsync("ALTER TABLE usage_events ADD CONSTRAINT no_poison CHECK (path NOT LIKE '%poison%')");
        await using var processor = await RunningProcessor.StartAsync(broker.BootstrapServers, database);

        await topic.SendAsync(
            0,
            Changed(1, "gateway.request.v1", "gateway.request.v2"),
            Changed(2, "\"units\":3", "\"units\":-3"),
            Changed(3, "\"sequence\":\"3\"", "\"sequence\":3"),
            Changed(4, "gateway/test", string.Empty),
            "not JSON"u8.ToArray(),
            UsageEventJson.Serialize(SampleEvents.One(5) with { Path = "/poison" }),
            Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(Heartbeat(7)).Replace("\"lastSequence\":7", "\"lastSequence\":-7", StringComparison.Ordinal)));

        await Eventually.EqualsAsync(7, database.StoredMessagesAsync);
        var letters = await database.RowsAsync("SELECT source, sequence FROM dead_letters ORDER BY message_offset");
        Assert.Equal(
            [("gateway/test", 1L), ("gateway/test", 2L), (null, null), (null, null), (null, null), ("gateway/test", 5L), (null, null)],
            letters.Select(letter => ((string?)letter[0], (long?)letter[1])));
        Assert.Equal(
            "data.lastSequence is below 0", await database.ScalarAsync<string>("SELECT reason FROM dead_letters WHERE message_offset = 6"));
        Assert.Equal(0, await database.ScalarAsync<long>("SELECT coalesce(sum(stored + duplicates), 0)::bigint FROM usage_sources"));
    }

    private static byte[] Heartbeat(
        long lastSequence, bool ended = false, SequenceRange[]? pending = null, SequenceRange[]? unanswered = null) =>
        UsageHeartbeatJson.Serialize(new UsageHeartbeat
        {
            Id = Guid.CreateVersion7(),
            Source = "gateway/test",
            Time = SampleEvents.Start,
            LastSequence = lastSequence,
            Ended = ended,
            Pending = pending ?? [],
            Unanswered = unanswered ?? [],
        });

    private static byte[] Changed(int sequence, string from, string to)
    {
        var text = Encoding.UTF8.GetString(UsageEventJson.Serialize(SampleEvents.One(sequence)));
        Assert.Contains(from, text, StringComparison.Ordinal);
        return Encoding.UTF8.GetBytes(text.Replace(from, to, StringComparison.Ordinal));
    }
}
