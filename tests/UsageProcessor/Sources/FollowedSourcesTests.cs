using Gateway.Contracts.Usage;
using Gateway.Testing;
using Gateway.UsageProcessor.Consuming;
using Gateway.UsageProcessor.Sources;
using Gateway.UsageProcessor.Storage;
using Gateway.UsageProcessor.Tests.Infrastructure;
using Npgsql;

namespace Gateway.UsageProcessor.Tests.Sources;

/// <summary>What a transaction says of the sources, without Kafka: exactly what it stored.</summary>
public sealed class FollowedSourcesTests(TestServers servers) : IAsyncLifetime
{
    private const string Source = "gateway/test";
    private const string Counts = "SELECT format('%s %s %s %s', highest_sequence, stored, sequence_sum, duplicates) FROM usage_sources WHERE source = 'gateway/test'";

    private static readonly ConsumerOptions Consumer = new(
        "127.0.0.1:1", "usage-events", "usage-processor", 5_000, 1_000_000, TimeSpan.FromMilliseconds(20), TimeSpan.FromSeconds(10));

    private static readonly StorageOptions Options = new(TimeSpan.FromSeconds(30), TimeSpan.FromMilliseconds(10), TimeSpan.FromMilliseconds(100));

    private UsageDatabase _database = null!;

    public async ValueTask InitializeAsync() => _database = new UsageDatabase(await servers.CreateDatabaseAsync());

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task Copies_are_counted_as_refused_and_never_as_stored()
    {
        await using var store = await StoreAsync(partition: 0);
        var events = SampleEvents.Many(10);

        await store.WriteAsync(Write(0, 0, events), default);
        Assert.Equal("10 10 55 0", await _database.ScalarAsync<string>(Counts));

        await store.WriteAsync(Write(0, 1, events), default);
        Assert.Equal("10 10 55 10", await _database.ScalarAsync<string>(Counts));

        await store.WriteAsync(Write(0, 2, [.. events[5..], SampleEvents.One(12)]), default);
        Assert.Equal("12 11 67 15", await _database.ScalarAsync<string>(Counts));
    }

    [Fact]
    public async Task Zombie_counts_nothing()
    {
        await using var owner = await StoreAsync(partition: 0);
        await using var zombie = await StoreAsync(partition: 0);
        await owner.WriteAsync(Write(0, 0, [SampleEvents.One(1)]), default);

        Assert.Null((await zombie.WriteAsync(Write(0, 0, [SampleEvents.One(1), SampleEvents.One(2)], Heartbeat(9)), default)).Stored);

        Assert.Equal("1 1 1 0", await _database.ScalarAsync<string>(Counts));
        Assert.Equal(1, await _database.ScalarAsync<long>("SELECT count(*) FROM usage_sources WHERE announced_at IS NULL"));
    }

    [Fact]
    public async Task Processors_that_meet_on_the_same_sources_neither_deadlock_nor_count_wrong()
    {
        var events = SampleEvents.Many(1_000);
        events = [.. events.Select(usageEvent => usageEvent with { Source = $"gateway/{usageEvent.Sequence % 7}" })];
        var random = new Random(11);

        await Task.WhenAll(Enumerable.Range(0, 4).Select(async partition =>
        {
            await using var store = await StoreAsync(partition);
            for (var round = 0; round < 5; round++)
            {
                UsageEvent[] shuffled;
                lock (random)
                {
                    shuffled = [.. events.OrderBy(_ => random.Next()).Take(700)];
                }

                Assert.NotNull((await store.WriteAsync(Write(partition, round, shuffled), default)).Stored);
            }
        }));

        Assert.Equal(0, await _database.ScalarAsync<long>("""
            SELECT count(*) FROM (
                (SELECT source, stored, sequence_sum, highest_sequence, first_seen_at, last_seen_at FROM usage_sources
                 EXCEPT SELECT source, count(*), sum(sequence), max(sequence), min(occurred_at), max(occurred_at) FROM usage_events GROUP BY source)
            ) AS differences
            """));
        Assert.Equal(4 * 5 * 700, await _database.ScalarAsync<long>("SELECT sum(stored + duplicates)::bigint FROM usage_sources"));
    }

    [Fact]
    public async Task Heartbeats_move_forward_only_and_an_end_stays()
    {
        await using var store = await StoreAsync(partition: 0);
        await store.WriteAsync(Write(0, 0, [], Heartbeat(5, seconds: 10)), default);
        await store.WriteAsync(Write(0, 1, [SampleEvents.One(3)], Heartbeat(8, seconds: 30, ended: true), Heartbeat(7, seconds: 20)), default);
        await store.WriteAsync(Write(0, 2, [], Heartbeat(5, seconds: 10)), default);

        var row = Assert.Single(await _database.RowsAsync(
            "SELECT announced_sequence, announced_at, ended_at, highest_sequence, stored, duplicates FROM usage_sources"));
        Assert.Equal([8L, SampleEvents.Start.AddSeconds(30).UtcDateTime, SampleEvents.Start.AddSeconds(30).UtcDateTime, 3L, 1L, 0L], row);
        Assert.Equal(1, await _database.EventsAsync());
        Assert.Equal(0, await _database.LedgerDifferencesAsync());
    }

    /// <summary>A clock that is wrong is set right some day, and what is said then has to count.</summary>
    [Fact]
    public async Task Heartbeat_from_far_ahead_counts_as_one_of_now_and_those_after_it_count_as_well()
    {
        await using var store = await StoreAsync(partition: 0);
        var now = (int)(TimeProvider.System.GetUtcNow() - SampleEvents.Start).TotalSeconds;
        var ahead = now + (400 * 86_400);
        await store.WriteAsync(Write(0, 0, [], Heartbeat(5, ahead) with { Pending = [new(2, 4)] }), default);
        Assert.True(await _database.ScalarAsync<bool>("SELECT announced_at <= now() AND announced_at > now() - interval '1 minute' FROM usage_sources"));
        await store.WriteAsync(Write(0, 1, [], Heartbeat(6, ahead) with { Pending = [new(2, 3)] }), default);
        Assert.Equal("{[2,4)}", await PendingAsync());
        await store.WriteAsync(Write(0, 2, [], Heartbeat(6, now) with { Pending = [new(3, 3)] }), default);
        await store.WriteAsync(Write(0, 3, [], Heartbeat(6, now + 60)), default);
        Assert.Equal("{}", await PendingAsync());

        // As an older version left it.
        await _database.ExecuteAsync("UPDATE usage_sources SET announced_at = now() + interval '1 year'");
        await store.WriteAsync(Write(0, 4, [SampleEvents.One(1)]), default);
        await store.WriteAsync(Write(0, 5, [], Heartbeat(7, 0) with { Pending = [new(7, 7)] }), default);
        Assert.Equal("{[7,8)}", await PendingAsync());
        Assert.Equal(SampleEvents.Start.UtcDateTime, await _database.ScalarAsync<DateTime>("SELECT announced_at FROM usage_sources"));

        Task<string> PendingAsync() => _database.ScalarAsync<string>("SELECT pending::text FROM usage_sources");
    }

    [Fact]
    public async Task Announcement_is_as_old_as_the_first_heartbeat_that_said_so()
    {
        await using var store = await StoreAsync(partition: 0);
        await store.WriteAsync(Write(0, 0, [], Heartbeat(5)), default);
        var first = await SinceAsync();

        await store.WriteAsync(Write(0, 1, [SampleEvents.One(1)], Heartbeat(5, seconds: 10)), default);
        await store.WriteAsync(Write(0, 2, [SampleEvents.One(2)]), default);
        Assert.Equal(first, await SinceAsync());

        await store.WriteAsync(Write(0, 3, [], Heartbeat(6, seconds: 20)), default);
        Assert.True(await SinceAsync() > first);

        Task<DateTime> SinceAsync() => _database.ScalarAsync<DateTime>("SELECT announced_since FROM usage_sources");
    }

    private static UsageHeartbeat Heartbeat(long lastSequence, int seconds = 0, bool ended = false) => new()
    {
        Id = Guid.CreateVersion7(),
        Source = Source,
        Time = SampleEvents.Start.AddSeconds(seconds),
        LastSequence = lastSequence,
        Ended = ended,
    };

    private static BatchWrite Write(int partition, long round, UsageEvent[] events, params UsageHeartbeat[] heartbeats)
    {
        ReceivedMessage[] stored = [.. events.Select(usageEvent => ReceivedMessage.Read(partition, 0, null, UsageEventJson.Serialize(usageEvent)))];
        ReceivedMessage[] told = [.. heartbeats.Select(heartbeat => ReceivedMessage.Read(partition, 0, null, UsageHeartbeatJson.Serialize(heartbeat)))];
        return new BatchWrite(stored, [], SourceDigest.Of([.. stored, .. told]), [new OffsetAdvance(partition, round, round + 1)]);
    }

    private async Task<UsageStore> StoreAsync(int partition)
    {
        var dataSource = NpgsqlDataSource.Create(Database.DatabaseUrl.Parse(_database.Url).ConnectionString + ";Pooling=false");
        var store = new UsageStore(dataSource, Consumer, Options);
        await store.ReadOffsetsAsync([partition], default);
        return store;
    }
}
