using Gateway.Contracts.Usage;
using Gateway.LocalStack.Servers;
using Gateway.Testing;
using Gateway.UsageProcessor.Tests.Infrastructure;

namespace Gateway.UsageProcessor.Tests;

/// <summary>Dead letters that are sent again.</summary>
public sealed class ReplayTests(TestServers servers) : IAsyncLifetime
{
    private const int Partition = 3;

    private readonly EmbeddedBroker _broker = EmbeddedBroker.Start();
    private UsageTopic _topic = null!;
    private UsageDatabase _database = null!;
    private RunningProcessor _processor = null!;

    public async ValueTask InitializeAsync()
    {
        _topic = new UsageTopic(_broker.BootstrapServers);
        _database = new UsageDatabase(await servers.CreateDatabaseAsync());
        _processor = await RunningProcessor.StartAsync(_broker.BootstrapServers, _database);
    }

    public async ValueTask DisposeAsync()
    {
        await _processor.DisposeAsync();
        _topic.Dispose();
        await _broker.DisposeAsync();
    }

    [Fact]
    public async Task Letter_that_is_sent_again_and_stored_is_marked_and_so_is_one_that_is_there_already()
    {
        await _database.ExecuteAsync("ALTER TABLE usage_events ADD CONSTRAINT no_poison CHECK (path NOT LIKE '%poison%')");
        var values = SampleEvents.Many(2).Select(usageEvent => UsageEventJson.Serialize(usageEvent with { Path = "/poison" })).ToArray();
        await _topic.SendAsync(Partition, values);
        await Eventually.EqualsAsync(2, _database.DeadLettersAsync);
        await _database.ExecuteAsync("ALTER TABLE usage_events DROP CONSTRAINT no_poison");

        await _topic.ReplayAsync("usage-events/3/0", values[0], Partition);
        await Eventually.EqualsAsync(1, ReplayedAsync);
        Assert.Equal(1, await _database.EventsAsync());
        var replayedAt = await _database.ScalarAsync<DateTime>("SELECT replayed_at FROM dead_letters WHERE message_offset = 0");

        // The second is stored without anybody knowing that it is that letter, then sent again.
        await _topic.SendAsync(Partition, values[1]);
        await _topic.ReplayAsync("usage-events/3/1", values[1], Partition);
        await _topic.ReplayAsync("usage-events/3/0", values[0], Partition);
        await Eventually.EqualsAsync(6, _database.StoredMessagesAsync);

        Assert.Equal((2, 2, 2), (await _database.EventsAsync(), await ReplayedAsync(), await _database.DeadLettersAsync()));
        Assert.Equal(0, await _database.LedgerDifferencesAsync());
        Assert.Equal(replayedAt, await _database.ScalarAsync<DateTime>("SELECT replayed_at FROM dead_letters WHERE message_offset = 0"));
    }

    [Fact]
    public async Task Letter_that_is_refused_again_stays_one_row_with_its_newest_reason_and_a_count()
    {
        await _database.ExecuteAsync("ALTER TABLE usage_events ADD CONSTRAINT no_poison CHECK (path NOT LIKE '%poison%')");
        var value = UsageEventJson.Serialize(SampleEvents.One(1) with { Path = "/poison" });
        await _topic.SendAsync(Partition, value, "junk"u8.ToArray());
        await Eventually.EqualsAsync(2, _database.DeadLettersAsync);
        await _database.ExecuteAsync("ALTER TABLE usage_events RENAME CONSTRAINT no_poison TO another_name");

        await _topic.ReplayAsync("usage-events/3/0", value, Partition);
        await _topic.ReplayAsync("usage-events/3/1", "junk"u8.ToArray(), Partition);
        await Eventually.EqualsAsync(4, _database.StoredMessagesAsync);
        await _topic.ReplayAsync("usage-events/3/0", value, Partition);
        await Eventually.EqualsAsync(5, _database.StoredMessagesAsync);

        var rows = await _database.RowsAsync("SELECT message_offset, refused_again, refused_again_at IS NOT NULL, replayed_at, reason FROM dead_letters ORDER BY message_offset");
        Assert.Equal([[0L, 2, true, null, "refused by PostgreSQL: SQLSTATE 23514, constraint another_name"], [1L, 1, true, null, rows[1][4]]], rows);
    }

    [Fact]
    public async Task Header_that_names_a_letter_with_other_bytes_changes_nothing_of_it()
    {
        await _topic.SendAsync(Partition, "junk"u8.ToArray());
        await Eventually.EqualsAsync(1, _database.DeadLettersAsync);
        var before = await _database.RowsAsync("SELECT dead_letters::text FROM dead_letters WHERE message_offset = 0");

        await _topic.ReplayAsync("usage-events/3/0", UsageEventJson.Serialize(SampleEvents.One(1)), Partition);
        await _topic.ReplayAsync("usage-events/3/0", "other junk"u8.ToArray(), Partition);
        await _topic.ReplayAsync("another-topic/3/0", "junk"u8.ToArray(), Partition);
        await _topic.ReplayAsync("no id at all", "junk"u8.ToArray(), Partition);
        await Eventually.EqualsAsync(5, _database.StoredMessagesAsync);

        Assert.Equal(before, await _database.RowsAsync("SELECT dead_letters::text FROM dead_letters WHERE message_offset = 0"));
        Assert.Equal((1, 4), (await _database.EventsAsync(), await _database.DeadLettersAsync()));
    }

    private Task<long> ReplayedAsync() => _database.ScalarAsync<long>("SELECT count(*) FROM dead_letters WHERE replayed_at IS NOT NULL");
}
