using Gateway.Testing;

namespace Gateway.Keygen.Tests;

/// <summary>Sequences that are not there are no loss while a running gateway says that they are to come, or once they never will.</summary>
public sealed class ReconcilePendingTests(TestServers servers) : ReconcileTest(servers)
{
    private const string Now = "now()";
    private const string LongAgo = "now() - interval '1 hour'";

    [Fact]
    public async Task Request_of_hours_is_open_as_long_as_its_gateway_runs()
    {
        await StoreAsync("gateway/a", 1, 3);
        await StoreAsync("gateway/a", 7, 9);
        await AnnounceAsync("gateway/a", 12, Now, pending: "[4,5],[9,12]");
        await ExecuteAsync($"UPDATE usage_sources SET announced_since = {LongAgo}");

        var result = await ReconcileAsync();

        Assert.Equal(1, result.ExitCode);
        Assert.Equal("source\tgateway/a\trunning\t12\t6\t0\t0\t5\t1\t0\t6\t0", result.OutputLines[0]);

        await StoreAsync("gateway/a", 6, 6);
        Assert.Equal("source\tgateway/a\trunning\t12\t7\t0\t0\t5\t0\t0\t\t0", (await ReconcileAsync()).Succeeded().OutputLines[0]);
    }

    [Fact]
    public async Task Request_that_has_ended_a_moment_ago_is_on_its_way()
    {
        await StoreAsync("gateway/a", 1, 3);
        await StoreAsync("gateway/a", 5, 5);
        await AnnounceAsync("gateway/a", 5, Now);
        await ExecuteAsync("UPDATE usage_sources SET released = '{[4,4]}', released_at = now() - interval '30 seconds'");

        Assert.Equal("source\tgateway/a\trunning\t5\t4\t0\t0\t1\t0\t0\t\t0", (await ReconcileAsync()).Succeeded().OutputLines[0]);
        Assert.EndsWith("\t0\t1\t0\t4\t0", (await ReconcileAsync("--grace", "20s")).OutputLines[0], StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_a_silent_gateway_said_is_pending_is_missing()
    {
        await StoreAsync("gateway/a", 1, 3);
        await StoreAsync("gateway/a", 5, 5);
        await AnnounceAsync("gateway/a", 6, LongAgo, pending: "[4,4],[6,6]");

        var result = await ReconcileAsync();

        Assert.Equal(1, result.ExitCode);
        Assert.Equal("source\tgateway/a\tsilent\t6\t4\t0\t0\t0\t2\t0\t4, 6\t0", result.OutputLines[0]);
    }

    [Fact]
    public async Task Sequences_of_no_event_are_counted_apart_and_explained()
    {
        await StoreAsync("gateway/a", 1, 3);
        await StoreAsync("gateway/a", 6, 6, age: "1 second");
        await AnnounceAsync("gateway/a", 8, LongAgo, ended: true, unanswered: "[4,5],[7,8]");

        var result = (await ReconcileAsync()).Succeeded();

        Assert.Equal("source\tgateway/a\tended\t8\t4\t0\t0\t0\t0\t0\t\t4", result.OutputLines[0]);
        Assert.Contains("gateway/a was killed before it answered requests: 4 of its sequences belong to no event.", result.Error, StringComparison.Ordinal);
        var source = (await ReconcileAsync("--json")).Json.GetProperty("sources")[0];
        Assert.Equal((4, 0, 0), (source.GetProperty("unanswered").GetInt64(), source.GetProperty("open").GetInt64(), source.GetProperty("missing").GetInt64()));
    }

    [Fact]
    public async Task Claim_that_a_stored_event_never_was_explains_nothing_else()
    {
        // Count and sum would be right: the claims are 5 and 8, and 6 and 7 are not there.
        await StoreAsync("gateway/a", 1, 5);
        await StoreAsync("gateway/a", 8, 8);
        await AnnounceAsync("gateway/a", 8, LongAgo, ended: true, unanswered: "[5,5],[8,8]");

        var result = await ReconcileAsync();

        Assert.Equal(1, result.ExitCode);
        Assert.Equal("source\tgateway/a\tended\t8\t6\t0\t0\t0\t2\t0\t6-7\t0", result.OutputLines[0]);
    }

    [Fact]
    public async Task Claims_stand_where_retention_has_dropped_rows_as_far_as_something_is_not_there()
    {
        await StoreAsync("gateway/a", 1, 5, time: "2020-02-01T10:00Z");
        await StoreAsync("gateway/a", 9, 12, time: "2020-02-01T10:00Z");
        await StoreAsync("gateway/a", 14, 20, time: "2020-02-02T10:00Z");
        await AnnounceAsync("gateway/a", 22, LongAgo, ended: true, unanswered: "[1,1],[7,8],[13,13],[22,22]");
        await DropBeforeAsync("2020-02-02Z");

        // 6 to 8, 13, 21 and 22 never came; where those of the dropped rows were, only the claims know, and one of them is false.
        var result = await RunAsync("reconcile", "--from", "2020-02-01", "--to", "2020-03-01");

        Assert.Equal("source\tgateway/a\tended\t22\t16\t0\t0\t0\t1\t0\t21\t5", result.OutputLines[0]);
    }

    [Fact]
    public async Task Request_that_is_older_than_the_rows_that_are_kept_is_open()
    {
        await StoreAsync("gateway/a", 1, 4, time: "2020-02-01T10:00Z");
        await StoreAsync("gateway/a", 7, 9, time: "2020-02-02T10:00Z");
        await AnnounceAsync("gateway/a", 9, Now, pending: "[5,5]");
        await DropBeforeAsync("2020-02-02Z");

        var result = await RunAsync("reconcile", "--from", "2020-02-01", "--to", "2099-01-01");

        Assert.Equal("source\tgateway/a\trunning\t9\t7\t0\t0\t1\t1\t0\tunknown\t0", result.OutputLines[0]);
    }

    [Fact]
    public async Task Highest_sequence_there_is_can_be_claimed()
    {
        await StoreAsync("gateway/a", 1, 2);
        await AnnounceAsync("gateway/a", long.MaxValue, Now, pending: $"[3,{long.MaxValue - 1}]");

        Assert.Equal(
            $"source\tgateway/a\trunning\t{long.MaxValue}\t2\t0\t0\t{long.MaxValue - 3}\t0\t0\t\t0", (await ReconcileAsync()).Succeeded().OutputLines[0]);
    }

    /// <summary>As retention does.</summary>
    private Task DropBeforeAsync(string time) => ExecuteAsync(
        $"UPDATE usage_retention SET kept_from = '{time}'; DELETE FROM usage_events WHERE occurred_at < '{time}'");
}
