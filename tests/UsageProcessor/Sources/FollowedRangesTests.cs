using Gateway.Contracts.Usage;
using Gateway.Testing;
using Gateway.UsageProcessor.Consuming;
using Gateway.UsageProcessor.Sources;
using Gateway.UsageProcessor.Tests.Infrastructure;

namespace Gateway.UsageProcessor.Tests.Sources;

/// <summary>What heartbeats say of sequences that are not there: the newest of what is pending, all of what is unanswered.</summary>
public sealed class FollowedRangesTests(TestServers servers) : IAsyncLifetime
{
    private UsageDatabase _database = null!;

    public async ValueTask InitializeAsync() => _database = new UsageDatabase(await servers.CreateDatabaseAsync());

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task Pending_is_what_the_newest_heartbeat_says_whatever_comes_late_or_again()
    {
        await FollowAsync(Heartbeat(10, seconds: 10, pending: [new(2, 4), new(7, 7)]));
        Assert.Equal("{[2,5),[7,8)} {}", await RangesAsync());

        await FollowAsync(Heartbeat(12, seconds: 30, pending: [new(3, 3), new(11, 12)]), Heartbeat(11, seconds: 20, pending: [new(1, 11)]));
        await FollowAsync(Heartbeat(10, seconds: 10, pending: [new(2, 4), new(7, 7)]));
        await FollowAsync(Heartbeat(11, seconds: 20, pending: [new(1, 11)]));
        Assert.Equal("{[3,4),[11,13)} {}", await RangesAsync());

        await FollowEventAsync(3);
        Assert.Equal("{[3,4),[11,13)} {}", await RangesAsync());

        await FollowAsync(Heartbeat(12, seconds: 40));
        Assert.Equal("{} {}", await RangesAsync());
    }

    [Fact]
    public async Task Heartbeat_of_a_source_of_which_only_events_had_come_counts_as_the_newest()
    {
        await FollowEventAsync(3);
        await FollowAsync(Heartbeat(3, pending: [new(1, 2)]));

        Assert.Equal("{[1,3)} {}", await RangesAsync());
    }

    [Fact]
    public async Task What_is_taken_off_the_list_is_kept_as_released_until_the_next()
    {
        await FollowAsync(Heartbeat(9, seconds: 10, pending: [new(2, 4), new(7, 7)]));
        Assert.Equal("{} f", await ReleasedAsync());

        await FollowAsync(Heartbeat(9, seconds: 20, pending: [new(3, 3), new(7, 7)]));
        Assert.Equal("{[2,3),[4,5)} t", await ReleasedAsync());
        var released = await ReleasedAtAsync();

        await FollowAsync(Heartbeat(9, seconds: 10, pending: [new(2, 4), new(7, 7)]));
        await FollowAsync(Heartbeat(9, seconds: 30, pending: [new(3, 3), new(7, 7)]));
        await FollowEventAsync(9);
        Assert.Equal(("{[2,3),[4,5)} t", released), (await ReleasedAsync(), await ReleasedAtAsync()));

        await FollowAsync(Heartbeat(9, seconds: 40, ended: true));
        Assert.Equal("{[3,4),[7,8)} t", await ReleasedAsync());
        Assert.True(await ReleasedAtAsync() > released);

        Task<string> ReleasedAsync() => _database.ScalarAsync<string>("SELECT format('%s %s', released, released_at IS NOT NULL) FROM usage_sources");

        Task<DateTime> ReleasedAtAsync() => _database.ScalarAsync<DateTime>("SELECT released_at FROM usage_sources");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Nothing_is_pending_once_the_source_has_ended(bool together)
    {
        var (running, last) = (Heartbeat(9, seconds: 10, pending: [new(2, 4)]), Heartbeat(9, seconds: 20, ended: true));
        if (together)
        {
            await FollowAsync(last, running);
        }
        else
        {
            await FollowAsync(running);
            await FollowAsync(last);
        }

        Assert.Equal("{} {}", await RangesAsync());

        // The clock of whoever has told of its end need not be its own.
        await FollowAsync(Heartbeat(9, seconds: 30, pending: [new(5, 5)]));
        Assert.Equal("{} {}", await RangesAsync());
    }

    [Fact]
    public async Task Unanswered_is_what_all_last_heartbeats_say_together()
    {
        await FollowAsync(Heartbeat(20, seconds: 30, ended: true, unanswered: [new(4, 5), new(9, 9)]));
        Assert.Equal("{} {[4,6),[9,10)}", await RangesAsync());

        await FollowAsync(
            Heartbeat(20, seconds: 20, ended: true, unanswered: [new(5, 6)]), Heartbeat(20, seconds: 40, ended: true, unanswered: [new(5, 6), new(12, 13)]));
        await FollowAsync(Heartbeat(20, seconds: 30, ended: true, unanswered: [new(4, 5), new(9, 9)]));
        await FollowEventAsync(4);
        await FollowAsync(Heartbeat(20, seconds: 50, ended: true));

        Assert.Equal("{} {[4,7),[9,10),[12,14)}", await RangesAsync());
    }

    [Fact]
    public async Task Unanswered_of_a_heartbeat_that_is_not_the_last_is_no_claim()
    {
        await FollowAsync(Heartbeat(20, unanswered: [new(4, 5)]));

        Assert.Equal("{} {}", await RangesAsync());
    }

    [Fact]
    public async Task Ranges_of_any_size_and_number_are_taken()
    {
        var many = Enumerable.Range(1, UsageHeartbeat.MaximumRanges).Select(static number => new SequenceRange(number * 3L, (number * 3L) + 1)).ToArray();
        await FollowAsync(Heartbeat(long.MaxValue, seconds: 10, pending: many));
        Assert.Equal(
            2L * UsageHeartbeat.MaximumRanges, await _database.ScalarAsync<long>("SELECT sum(upper(range) - lower(range))::bigint FROM usage_sources, unnest(pending) AS range"));

        await FollowAsync(Heartbeat(long.MaxValue, seconds: 20, pending: [new(5, long.MaxValue)]));
        Assert.Equal($"{{[5,{long.MaxValue})}} {{}}", await RangesAsync());

        await FollowAsync(Heartbeat(long.MaxValue, seconds: 30, pending: [new(long.MaxValue, long.MaxValue)]));
        Assert.Equal("{} {}", await RangesAsync());
    }

    private static UsageHeartbeat Heartbeat(
        long lastSequence, int seconds = 0, bool ended = false, SequenceRange[]? pending = null, SequenceRange[]? unanswered = null) => new()
        {
            Id = Guid.CreateVersion7(),
            Source = "gateway/test",
            Time = SampleEvents.Start.AddSeconds(seconds),
            LastSequence = lastSequence,
            Ended = ended,
            Pending = pending ?? [],
            Unanswered = unanswered ?? [],
        };

    private Task<string> RangesAsync() => _database.ScalarAsync<string>("SELECT format('%s %s', pending, unanswered) FROM usage_sources");

    private Task FollowAsync(params UsageHeartbeat[] heartbeats) => FollowAsync(heartbeats.Select(UsageHeartbeatJson.Serialize));

    private Task FollowEventAsync(int sequence) => FollowAsync([UsageEventJson.Serialize(SampleEvents.One(sequence))]);

    private async Task FollowAsync(IEnumerable<byte[]> messages)
    {
        await using var connection = await _database.OpenAsync();
        var news = SourceDigest.Of([.. messages.Select(static message => ReceivedMessage.Read(0, 0, null, message))]);
        await FollowedSources.FollowAsync(connection, news, new Dictionary<string, StoredOfSource>(StringComparer.Ordinal), default);
    }
}
