using System.Text.Json;
using Gateway.Contracts.Usage;
using Gateway.Testing;

namespace Gateway.Keygen.Tests;

/// <summary>Whatever is missing, doubled or counted wrong is found and named, and nothing else.</summary>
public sealed class ReconcileTests(TestServers servers) : ReconcileTest(servers)
{
    [Fact]
    public async Task Usage_that_is_complete_is_0_unexplained()
    {
        await StoreAsync("gateway/a", 1, 10);
        await StoreAsync("gateway/b", 1, 3);
        await ExecuteAsync("UPDATE usage_sources SET duplicates = 4 WHERE source = 'gateway/a'");
        await AnnounceAsync("gateway/a", 10, "now()");
        await AnnounceAsync("gateway/b", 3, "now() - interval '1 hour'", ended: true);

        var result = (await ReconcileAsync()).Succeeded();

        Assert.Equal(
            [
                "source\tgateway/a\trunning\t10\t10\t4\t0\t0\t0\t0\t\t0",
                "source\tgateway/b\tended\t3\t3\t0\t0\t0\t0\t0\t\t0",
                $"organization\t{Organization}\t13\t13\t13\t26\t26\t26\t0\t0\t0\t\t0",
                "0 unexplained",
            ],
            result.OutputLines);
        Assert.Equal("2026-11-01T00:00:00Z to 2026-12-01T00:00:00Z:\n", result.Error);
    }

    [Fact]
    public async Task Nothing_at_all_is_0_unexplained() => Assert.Equal(["0 unexplained"], (await ReconcileAsync()).Succeeded().OutputLines);

    [Fact]
    public async Task Sequences_that_never_came_are_named_in_their_ranges()
    {
        await StoreAsync("gateway/a", 3, 5);
        await StoreAsync("gateway/a", 7, 7);

        var result = await ReconcileAsync();

        Assert.Equal(1, result.ExitCode);
        Assert.Equal("source\tgateway/a\tunannounced\t7\t4\t0\t0\t0\t3\t0\t1-2, 6\t0", result.OutputLines[0]);
        Assert.Equal("3 unexplained: 3 missing, 0 doubled, 0 totals that differ", result.OutputLines[^1]);
    }

    [Fact]
    public async Task Only_the_first_ranges_are_named_and_the_others_counted()
    {
        for (var sequence = 1; sequence <= 15; sequence += 2)
        {
            await StoreAsync("gateway/a", sequence, sequence);
        }

        Assert.EndsWith("\t7\t0\t2, 4, 6, 8, 10 and 2 more\t0", (await ReconcileAsync()).OutputLines[0], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Lost_tail_is_seen_through_the_heartbeat()
    {
        await StoreAsync("gateway/a", 1, 5);
        await AnnounceAsync("gateway/a", 8, "now() - interval '1 hour'", ended: true);

        var result = await ReconcileAsync();

        Assert.Equal(1, result.ExitCode);
        Assert.Equal("source\tgateway/a\tended\t8\t5\t0\t0\t0\t3\t0\t6-8\t0", result.OutputLines[0]);
    }

    [Fact]
    public async Task What_is_younger_than_the_grace_is_open_and_not_unexplained()
    {
        await StoreAsync("gateway/a", 1, 5, age: "1 hour");
        await StoreAsync("gateway/a", 7, 7, age: "10 seconds");
        await AnnounceAsync("gateway/a", 9, "now() - interval '10 seconds'");

        Assert.Equal("source\tgateway/a\trunning\t9\t6\t0\t0\t3\t0\t0\t\t0", (await ReconcileAsync()).Succeeded().OutputLines[0]);

        var strict = await ReconcileAsync("--grace", "5s");
        Assert.Equal(1, strict.ExitCode);
        Assert.Equal("source\tgateway/a\tsilent\t9\t6\t0\t0\t0\t3\t0\t6, 8-9\t0", strict.OutputLines[0]);
    }

    [Fact]
    public async Task Dead_letters_explain_the_sequences_that_they_hold()
    {
        await StoreAsync("gateway/a", 1, 3);
        await StoreAsync("gateway/a", 6, 6);
        await RefuseAsync("gateway/a", 4);
        await RefuseAsync("gateway/a", 4, offset: 99);

        Assert.Equal("source\tgateway/a\tunannounced\t6\t4\t0\t1\t0\t1\t0\t5\t0", (await ReconcileAsync()).OutputLines[0]);

        await RefuseAsync("gateway/a", 5);
        await RefuseAsync("gateway/a", long.MaxValue);
        Assert.Equal("source\tgateway/a\tunannounced\t6\t4\t0\t3\t0\t0\t0\t\t0", (await ReconcileAsync()).Succeeded().OutputLines[0]);
    }

    [Fact]
    public async Task Source_of_which_only_dead_letters_came_is_shown()
    {
        await RefuseAsync("gateway/a", 4);

        Assert.Equal("source\tgateway/a\tunannounced\t0\t0\t0\t1\t0\t0\t0\t\t0", (await ReconcileAsync()).Succeeded().OutputLines[0]);
    }

    [Fact]
    public async Task Dead_letter_that_was_stored_after_all_explains_nothing_else()
    {
        await StoreAsync("gateway/a", 1, 2);
        await StoreAsync("gateway/a", 4, 4);
        await RefuseAsync("gateway/a", 2);

        Assert.Equal("source\tgateway/a\tunannounced\t4\t3\t0\t1\t0\t1\t0\t3\t0", (await ReconcileAsync()).OutputLines[0]);
    }

    [Fact]
    public async Task Dead_letter_that_was_replayed_is_stored_and_no_dead_letter_any_more()
    {
        await StoreAsync("gateway/a", 1, 3);
        await RefuseAsync("gateway/a", 2);
        await ExecuteAsync("UPDATE dead_letters SET replayed_at = now()");

        Assert.Equal("source\tgateway/a\tunannounced\t3\t3\t0\t0\t0\t0\t0\t\t0", (await ReconcileAsync()).Succeeded().OutputLines[0]);
    }

    [Fact]
    public async Task Row_that_was_deleted_shows_in_the_totals_and_in_its_sequence()
    {
        Assert.SkipWhen((await Servers.PostgresAsync()).HasTimescaleDb, "the newest rollups are made of raw rows there");
        await StoreAsync("gateway/a", 1, 10);
        await StoreAsync("gateway/b", 1, 10);
        await ExecuteAsync("DELETE FROM usage_events WHERE source = 'gateway/a' AND sequence = 4");

        var result = await ReconcileAsync();

        Assert.Equal(1, result.ExitCode);
        Assert.Equal(
            [
                "source\tgateway/a\tunannounced\t10\t10\t0\t0\t0\t1\t0\t4\t0",
                "source\tgateway/b\tunannounced\t10\t10\t0\t0\t0\t0\t0\t\t0",
                $"organization\t{Organization}\t19\t20\t20\t38\t40\t40\t1\t0\t0\t2026-11-10T12:00:00Z\t0",
                "2 unexplained: 1 missing, 0 doubled, 1 totals that differ",
            ],
            result.OutputLines);
    }

    [Fact]
    public async Task Sequence_that_was_given_twice_does_not_hide_a_hole()
    {
        await StoreAsync("gateway/a", 1, 3);
        await StoreAsync("gateway/a", 3, 3);
        await StoreAsync("gateway/a", 5, 5);

        var result = await ReconcileAsync();

        Assert.Equal("source\tgateway/a\tunannounced\t5\t5\t0\t0\t0\t1\t1\t4\t0", result.OutputLines[0]);
        Assert.Equal("2 unexplained: 1 missing, 1 doubled, 0 totals that differ", result.OutputLines[^1]);
    }

    [Theory]
    [InlineData("requests = requests + 1")]
    [InlineData("billable_requests = billable_requests - 1")]
    [InlineData("billable_units = billable_units + 1")]
    [InlineData("request_bytes = 0")]
    [InlineData("response_bytes = 0")]
    [InlineData("route = 'another'")]
    public async Task Ledger_that_was_changed_by_hand_differs(string change)
    {
        Assert.SkipWhen((await Servers.PostgresAsync()).HasTimescaleDb, "the newest rollups are made of raw rows there");
        await StoreAsync("gateway/a", 1, 10);
        await ExecuteAsync($"UPDATE usage_ledger SET {change}");

        var result = await ReconcileAsync();

        Assert.Equal(1, result.ExitCode);
        Assert.EndsWith("\t1\t0\t0\t2026-11-10T12:00:00Z\t0", result.OutputLines[1], StringComparison.Ordinal);
        Assert.Equal("1 unexplained: 0 missing, 0 doubled, 1 totals that differ", result.OutputLines[^1]);
    }

    [Fact]
    public async Task Rollup_that_differs_is_named_once_it_has_had_time_to_follow()
    {
        await StoreAsync("gateway/a", 1, 10);
        await ExecuteAsync("""
            UPDATE usage_ledger SET updated_at = now() - interval '2 hours';
            CREATE TABLE kept_hourly AS SELECT * FROM usage_hourly;
            CREATE TABLE kept_daily AS SELECT * FROM usage_daily;
            CREATE TABLE kept_monthly AS SELECT * FROM usage_monthly;
            UPDATE kept_hourly SET billable_units = 0;
            DELETE FROM kept_daily;
            UPDATE kept_monthly SET response_bytes = 0;
            CREATE OR REPLACE VIEW usage_hourly AS SELECT * FROM kept_hourly;
            CREATE OR REPLACE VIEW usage_daily AS SELECT * FROM kept_daily;
            CREATE OR REPLACE VIEW usage_monthly AS SELECT * FROM kept_monthly
            """);

        var result = await ReconcileAsync();
        Assert.Equal(1, result.ExitCode);
        Assert.Equal($"organization\t{Organization}\t10\t10\t10\t20\t20\t0\t0\t1\t1\t2026-11-10T12:00:00Z\t1", result.OutputLines[1]);

        await ExecuteAsync("UPDATE usage_ledger SET updated_at = now()");
        (await ReconcileAsync()).Succeeded();
    }

    [Fact]
    public async Task Source_that_fell_silent_is_unexplained_until_somebody_accepts_it()
    {
        await StoreAsync("gateway/a", 1, 5);
        await AnnounceAsync("gateway/a", 5, "'2026-11-10T12:30Z'");
        await ExecuteAsync("UPDATE usage_sources SET announced_at = '2020-01-01T12:30Z'");

        var result = await ReconcileAsync();

        Assert.Equal(1, result.ExitCode);
        Assert.StartsWith("source\tgateway/a\tsilent\t5\t5\t", result.OutputLines[0], StringComparison.Ordinal);
        Assert.Equal("1 unexplained: 0 missing, 0 doubled, 0 totals that differ, 1 silent", result.OutputLines[^1]);
        Assert.Contains("gateway/a is silent since 2020-01-01T12:30:00Z", result.Error, StringComparison.Ordinal);
        Assert.Contains("after sequence 5 is not known until its journal is drained", result.Error, StringComparison.Ordinal);

        var accepted = (await ReconcileAsync("--accept-silent", "--json")).Succeeded().Json;
        Assert.Equal((0, 1), (accepted.GetProperty("unexplained").GetInt64(), accepted.GetProperty("silent").GetInt64()));
        await ExecuteAsync("DELETE FROM usage_events WHERE sequence = 3");
        Assert.Equal(
            "2 unexplained: 1 missing, 0 doubled, 1 totals that differ (1 silent accepted)", (await ReconcileAsync("--accept-silent")).OutputLines[^1]);
    }

    [Fact]
    public async Task Source_with_more_under_way_than_can_be_named_is_open_from_the_last_that_is_and_that_is_said()
    {
        // 1, 3, 5 … are under way: the last that is named goes on to the end.
        const int Ranges = UsageHeartbeat.MaximumRanges;
        await StoreAsync("gateway/a", 2, 2);
        await AnnounceAsync("gateway/a", 2 * Ranges + 100, "NULL");
        await ExecuteAsync($"""
            UPDATE usage_sources SET announced_at = now(), announced_since = '2020-01-01Z', pending = (
                SELECT range_agg(int8range(2 * n - 1, CASE WHEN n < {Ranges} THEN 2 * n ELSE 2 * n + 101 END)) FROM generate_series(1, {Ranges}) AS n)
            """);

        var result = await ReconcileAsync();

        // Each even one but the second is missing, up to there.
        Assert.Equal(1, result.ExitCode);
        Assert.Equal(["running", "20100", "1", "0", "0", "10101", "9998"], result.OutputLines[0].Split('\t')[2..9]);
        Assert.Contains("gateway/a has more under way than its heartbeats can name: what it minted from sequence 19999 on", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Source_outside_the_period_is_left_out()
    {
        await StoreAsync("gateway/before", 2, 2, time: "2026-10-31T23:59:59Z");
        await StoreAsync("gateway/within", 1, 1, time: "2026-11-01T00:00Z");
        await StoreAsync("gateway/after", 2, 2, time: "2026-12-01T00:00Z");

        Assert.Equal(
            ["gateway/within"], (await ReconcileAsync()).Succeeded().OutputLines.Where(line => line.StartsWith("source", StringComparison.Ordinal)).Select(line => line.Split('\t')[1]));
    }

    [Fact]
    public async Task Json_has_the_verdict_every_source_and_every_organization()
    {
        await StoreAsync("gateway/a", 2, 4);

        var result = await ReconcileAsync("--json");

        Assert.Equal(1, result.ExitCode);
        var json = result.Json;
        Assert.Equal(
            ["from", "to", "comparedFrom", "graceSeconds", "unexplained", "missing", "doubled", "differences", "silent", "acceptsSilent", "sources", "organizations"], Names(json));
        Assert.Equal((1, 1, 60), (json.GetProperty("unexplained").GetInt64(), json.GetProperty("missing").GetInt64(), json.GetProperty("graceSeconds").GetInt64()));
        var source = Assert.Single(json.GetProperty("sources").EnumerateArray());
        Assert.Equal(
            [
                "source", "state", "firstSeenAt", "lastSeenAt", "announcedAt", "endedAt", "minted", "stored", "duplicates", "deadLettered",
                "open", "missing", "missingRanges", "moreRanges", "doubled", "unanswered", "namedUpTo",
            ],
            Names(source));
        Assert.Equal("""[{"first":1,"last":1}]""", source.GetProperty("missingRanges").GetRawText());
        var organization = Assert.Single(json.GetProperty("organizations").EnumerateArray());
        Assert.Equal((Organization, 3), (organization.GetProperty("organizationId").GetGuid(), organization.GetProperty("rawRequests").GetInt64()));

        static IEnumerable<string> Names(JsonElement element) => element.EnumerateObject().Select(property => property.Name);
    }

    [Fact]
    public async Task Terminal_shows_two_tables_and_the_verdict()
    {
        await StoreAsync("gateway/a", 1, 1234);

        var result = (await RunAtTerminalAsync(string.Empty, ["reconcile", .. Period])).Succeeded();

        Assert.Matches(@"(?s)SOURCE.*MINTED.*gateway/a.*1,234.*ORGANIZATION.*1,234.*0 unexplained", result.Output);
    }

    [Theory]
    [InlineData("--from", "2026-12-01", "--to", "2026-11-01")]
    [InlineData("--from", "2026-11-01T00:30Z")]
    [InlineData("--grace", "2d")]
    public async Task Question_that_makes_no_sense_is_a_usage_error(params string[] arguments) =>
        Assert.Equal(2, (await RunAsync(["reconcile", .. arguments])).ExitCode);
}
