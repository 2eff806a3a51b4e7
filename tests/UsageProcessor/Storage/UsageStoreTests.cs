using Gateway.Contracts.Usage;
using Gateway.Testing;
using Gateway.UsageProcessor.Consuming;
using Gateway.UsageProcessor.Sources;
using Gateway.UsageProcessor.Storage;
using Gateway.UsageProcessor.Tests.Infrastructure;
using Npgsql;

namespace Gateway.UsageProcessor.Tests.Storage;

/// <summary>What one transaction guarantees, without Kafka.</summary>
public sealed class UsageStoreTests(TestServers servers) : IAsyncLifetime
{
    private static readonly ConsumerOptions Consumer = new(
        "127.0.0.1:1", "usage-events", "usage-processor", 5_000, 1_000_000, TimeSpan.FromMilliseconds(20), TimeSpan.FromSeconds(10));

    private static readonly StorageOptions Options = new(TimeSpan.FromSeconds(30), TimeSpan.FromMilliseconds(10), TimeSpan.FromMilliseconds(100));

    private UsageDatabase _database = null!;

    public async ValueTask InitializeAsync() => _database = new UsageDatabase(await servers.CreateDatabaseAsync());

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task Zombie_that_read_its_offset_before_another_advanced_it_writes_nothing()
    {
        await using var owner = await StoreAsync(partition: 0);
        await using var zombie = await StoreAsync(partition: 0);
        Assert.Equal(1, (await owner.WriteAsync(Write([SampleEvents.One(1)], 0, expected: 0, next: 10), default)).Stored);

        var written = await zombie.WriteAsync(Write([SampleEvents.One(2)], 0, expected: 0, next: 5), default);

        Assert.Null(written.Stored);
        Assert.Equal(1, await _database.EventsAsync());
        Assert.Equal(10, await _database.StoredMessagesAsync());
        Assert.Equal(0, await _database.LedgerDifferencesAsync());
    }

    [Fact]
    public async Task Zombie_that_waited_for_another_transaction_on_its_partition_writes_nothing()
    {
        await using var zombie = await StoreAsync(partition: 0);
        await using var owner = await _database.OpenAsync();
        await using var transaction = await owner.BeginTransactionAsync();
        await using var advance = new NpgsqlCommand("UPDATE consumer_offsets SET next_offset = 10", owner);
        await advance.ExecuteNonQueryAsync();

        var writing = zombie.WriteAsync(Write([SampleEvents.One(2)], 0, expected: 0, next: 5), default);
        await Eventually.EqualsAsync(1L, WaitingAsync);
        await transaction.CommitAsync();

        Assert.Null((await writing).Stored);
        Assert.Equal(0, await _database.EventsAsync());
    }

    [Fact]
    public async Task Write_over_a_lost_connection_is_refused_until_the_offsets_are_read_again()
    {
        await using var store = await StoreAsync(partition: 0);
        await _database.EndSessionsAsync();

        await Assert.ThrowsAnyAsync<NpgsqlException>(() => store.WriteAsync(Write([SampleEvents.One(1)], 0, 0, 1), default));
        await Assert.ThrowsAsync<ConnectionLostException>(() => store.WriteAsync(Write([SampleEvents.One(1)], 0, 0, 1), default));

        var offsets = await store.ReadOffsetsAsync([0], default);
        Assert.True(offsets.OverNewConnection);
        Assert.Equal(1, (await store.WriteAsync(Write([SampleEvents.One(1)], 0, offsets.Partitions[0].Next, 1), default)).Stored);
    }

    [Fact]
    public async Task Events_around_a_full_hour_are_counted_in_the_hour_of_UTC_that_they_happened_in()
    {
        // A server elsewhere in the world changes nothing; half-hour zones would show a mistake.
        await _database.ExecuteAsync($"ALTER DATABASE \"{new Uri(_database.Url).AbsolutePath[1..]}\" SET timezone = 'Asia/Kolkata'");
        await using var store = await StoreAsync(partition: 0);
        var midnight = SampleEvents.Start.AddMinutes(90);
        UsageEvent[] events =
        [
            SampleEvents.One(10) with { Time = midnight.AddMicroseconds(-1) },
            SampleEvents.One(20) with { Time = midnight },
            SampleEvents.One(30) with { Time = midnight.AddHours(1).AddMicroseconds(-1) },
            SampleEvents.One(40) with { Time = midnight.AddHours(1) },
        ];

        await store.WriteAsync(Write([.. events.Select(usageEvent => usageEvent with { ApiKeyId = events[0].ApiKeyId })], 0, 0, 4), default);

        var hours = await _database.RowsAsync("SELECT extract(epoch FROM hour)::bigint, sum(requests)::bigint FROM usage_ledger GROUP BY hour ORDER BY hour");
        Assert.Equal(
            [(midnight.AddHours(-1), 1L), (midnight, 2L), (midnight.AddHours(1), 1L)],
            hours.Select(row => (DateTimeOffset.FromUnixTimeSeconds((long)row[0]!), (long)row[1]!)));
    }

    [Fact]
    public async Task Every_field_of_an_event_arrives_as_it_was_sent()
    {
        await using var store = await StoreAsync(partition: 0);
        var sent = SampleEvents.One(7) with { Outcome = UsageOutcome.ClientAborted, Status = 499, Path = "/ü/\u0001😀" };

        await store.WriteAsync(Write([sent], 0, 0, 1), default);

        var row = Assert.Single(await _database.RowsAsync("""
            SELECT event_id, occurred_at, source, sequence, organization_id, api_key_id, request_id, route, method, path,
                   status, outcome, billable, units, duration_us, backend_us, request_bytes, response_bytes FROM usage_events
            """));
        Assert.Equal(
            [
                sent.Id, sent.Time.UtcDateTime, sent.Source, sent.Sequence, sent.OrganizationId, sent.ApiKeyId, sent.RequestId,
                sent.Route, sent.Method, sent.Path, (short)499, "client-aborted", sent.Billable, sent.Units,
                sent.DurationMicroseconds, sent.BackendMicroseconds, sent.RequestBytes, sent.ResponseBytes,
            ],
            row);
    }

    [Fact]
    public async Task Processors_that_store_the_same_events_and_totals_at_once_neither_deadlock_nor_count_twice()
    {
        var events = SampleEvents.Many(1_000);
        var random = new Random(7);

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

                Assert.NotNull((await store.WriteAsync(Write(shuffled, partition, round, round + 1), default)).Stored);
            }
        }));

        Assert.Equal(0, await _database.LedgerDifferencesAsync());
        Assert.Equal(await _database.EventsAsync(), await _database.ScalarAsync<long>("SELECT sum(requests)::bigint FROM usage_ledger"));
    }

    [Fact]
    public async Task Copies_of_what_another_is_storing_just_now_are_counted_once()
    {
        var events = SampleEvents.Many(100);
        await using var first = await StoreAsync(partition: 0);
        await using var second = await StoreAsync(partition: 1);
        await using var holder = await _database.OpenAsync();
        await using var transaction = await holder.BeginTransactionAsync();
        await using var hold = new NpgsqlCommand("LOCK TABLE usage_sources", holder);
        await hold.ExecuteNonQueryAsync();

        // The one has stored its rows and has not committed; the other waits for it to tell whether its own are copies.
        var storing = first.WriteAsync(Write(events[..60], 0, 0, 1), default);
        await Eventually.EqualsAsync(1L, WaitingAsync);
        var copying = second.WriteAsync(Write(events[40..], 1, 0, 1), default);
        await Eventually.EqualsAsync(2L, WaitingAsync);
        await transaction.CommitAsync();

        Assert.Equal((60, 40), ((await storing).Stored, (await copying).Stored));
        Assert.Equal(0, await _database.LedgerDifferencesAsync());
    }

    [Fact]
    public async Task Copies_among_new_events_are_not_counted_again_not_even_late_ones()
    {
        var events = SampleEvents.Many(300);
        await using var store = await StoreAsync(partition: 0);
        await store.WriteAsync(Write(events[..100], 0, 0, 1), default);
        Assert.Equal(150, (await store.WriteAsync(Write(events[50..250], 0, 1, 2), default)).Stored);
        Assert.Equal(0, (await store.WriteAsync(Write(events[..250], 0, 2, 3), default)).Stored);
        Assert.Equal(50, (await store.WriteAsync(Write(events[249..], 0, 3, 4), default)).Stored);

        Assert.Equal(0, await _database.LedgerDifferencesAsync());
        Assert.Equal(300, await _database.ScalarAsync<long>("SELECT sum(requests)::bigint FROM usage_late"));
        var totals = "sum(billable_requests)::bigint, sum(billable_units)::bigint, sum(request_bytes)::bigint, sum(response_bytes)::bigint";
        Assert.Equal(
            await _database.RowsAsync($"SELECT hour, {totals} FROM usage_ledger GROUP BY hour ORDER BY hour"),
            await _database.RowsAsync($"SELECT hour, {totals} FROM usage_late GROUP BY hour ORDER BY hour"));
        Assert.Equal(
            [300L, 300L * 301 / 2, 301L],
            (await _database.RowsAsync("SELECT stored, sequence_sum::bigint, duplicates FROM usage_sources")).Single());
    }

    private static BatchWrite Write(UsageEvent[] events, int partition, long expected, long next)
    {
        ReceivedMessage[] messages =
            [.. events.Select((usageEvent, index) => ReceivedMessage.Read(partition, index, null, UsageEventJson.Serialize(usageEvent)))];
        return new BatchWrite(messages, [], SourceDigest.Of(messages), [new OffsetAdvance(partition, expected, next)]);
    }

    /// <summary>Sessions that wait for another one's transaction.</summary>
    private Task<long> WaitingAsync() => _database.ScalarAsync<long>(
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'");

    private async Task<UsageStore> StoreAsync(int partition)
    {
        var dataSource = NpgsqlDataSource.Create(Database.DatabaseUrl.Parse(_database.Url).ConnectionString + ";Pooling=false");
        var store = new UsageStore(dataSource, Consumer, Options);
        await store.ReadOffsetsAsync([partition], default);
        return store;
    }
}
