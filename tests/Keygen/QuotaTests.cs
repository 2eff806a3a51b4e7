using System.Text.Json;
using Gateway.Contracts;
using Gateway.Testing;
using Npgsql;

namespace Gateway.Keygen.Tests;

public sealed class QuotaTests(TestServers servers) : KeygenTest(servers)
{
    [Fact]
    public async Task Organization_without_a_quota_shows_what_it_used_in_the_month_of_utc()
    {
        Clock.Now = new DateTimeOffset(2026, 11, 21, 0, 0, 0, TimeSpan.Zero);
        await UseAsync("2026-11-01T00:00Z", 7);

        Assert.Contains("units per month\tnone", (await ShowAsync()).OutputLines);
        var json = (await ShowAsync("--json")).Json;
        Assert.Equal(JsonValueKind.Null, json.GetProperty("unitsPerMonth").ValueKind);
        Assert.Equal(("2026-11-01T00:00:00Z", "2026-12-01T00:00:00Z", 7), Read(json.GetProperty("month")));
    }

    [Fact]
    public async Task Quota_set_leaves_alone_what_it_does_not_name()
    {
        var first = (await SetAsync("--per-month", "1000", "--json")).Succeeded().Json;
        Assert.Equal((1000, "hard", "UTC"), ReadQuota(first));
        Assert.False(first.TryGetProperty("month", out _));

        Assert.Equal((1000, "soft", "Europe/Berlin"), ReadQuota((await SetAsync("--per-month", "1000", "--soft", "--time-zone", "Europe/Berlin", "--json")).Succeeded().Json));
        Assert.Equal((2000, "soft", "Europe/Berlin"), ReadQuota((await SetAsync("--per-month", "2000", "--json")).Succeeded().Json));
        Assert.Equal((2000, "hard", "Europe/Berlin"), ReadQuota((await SetAsync("--per-month", "2000", "--hard", "--json")).Succeeded().Json));
    }

    [Fact]
    public async Task Quota_unset_takes_it_away()
    {
        (await SetAsync("--per-month", "1000")).Succeeded();

        Assert.Contains("units per month\tnone", (await RunAsync("quota", "unset", "--org-id", $"{Organization}")).Succeeded().OutputLines);
        (await RunAsync("quota", "unset", "--org-id", $"{Organization}")).Succeeded();

        Assert.Equal(0, await ScalarAsync<long>("SELECT count(*) FROM quotas"));
    }

    [Theory]
    [InlineData("UTC", "2026-10-31T23:30:00Z", "2026-10-01T00:00:00Z", "2026-11-01T00:00:00Z")]
    [InlineData("Europe/Berlin", "2026-10-31T23:30:00Z", "2026-10-31T23:00:00Z", "2026-11-30T23:00:00Z")]
    [InlineData("Europe/Berlin", "2026-10-15T00:00:00Z", "2026-09-30T22:00:00Z", "2026-10-31T23:00:00Z")]
    [InlineData("America/Los_Angeles", "2026-11-01T06:59:59Z", "2026-10-01T07:00:00Z", "2026-11-01T07:00:00Z")]
    [InlineData("Asia/Kolkata", "2026-11-15T00:00:00Z", "2026-10-31T18:30:00Z", "2026-11-30T18:30:00Z")]
    public async Task Month_begins_at_the_zones_midnight(string zone, string now, string start, string end)
    {
        Clock.Now = DateTimeOffset.Parse(now, System.Globalization.CultureInfo.InvariantCulture);
        (await SetAsync("--per-month", "1000", "--time-zone", zone)).Succeeded();

        Assert.Equal((start, end, 0), Read((await ShowAsync("--json")).Json.GetProperty("month")));
    }

    [Fact]
    public async Task Quota_show_counts_the_ledgers_billable_units_of_the_month_alone()
    {
        Clock.Now = new DateTimeOffset(2026, 11, 21, 0, 0, 0, TimeSpan.Zero);
        Variables[EnvironmentVariables.AnalyticsDatabaseUrl] = await Servers.CreateDatabaseAsync();
        await UseAsync("2026-10-31T18:00Z", 1); // The hour in which it begins: the ledger cannot split it, all of it is the new month's.
        await UseAsync("2026-10-31T17:00Z", 10);
        await UseAsync("2026-11-30T17:00Z", 100);
        await UseAsync("2026-11-30T18:00Z", 1000);
        (await SetAsync("--per-month", "80", "--time-zone", "Asia/Kolkata")).Succeeded();

        var lines = (await ShowAsync()).OutputLines;

        Assert.Contains("used units\t101", lines);
        Assert.Contains("used\t126.3 %", lines);
        Assert.Contains("left units\t0", lines);
    }

    [Fact]
    public async Task Quota_show_lists_the_alerts_of_the_month()
    {
        Clock.Now = new DateTimeOffset(2026, 11, 21, 0, 0, 0, TimeSpan.Zero);
        (await SetAsync("--per-month", "1000", "--time-zone", "Europe/Berlin")).Succeeded();
        await ExecuteAsync(
            $"""
            INSERT INTO quota_alerts (organization_id, month_start, quota_units, threshold, used_units, raised_at) VALUES
                ('{Organization}', '2026-09-30T22:00Z', 1000, 80, 800, '2026-10-09T00:00Z'),
                ('{Organization}', '2026-11-01T00:00Z', 500, 100, 500, '2026-11-08T00:00Z'),
                ('{Organization}', '2026-10-31T23:00Z', 1000, 80, 803, '2026-11-09T10:20:30Z'),
                ('{Guid.NewGuid()}', '2026-10-31T23:00Z', 1000, 80, 800, '2026-11-09T00:00Z')
            """);

        var alerts = (await ShowAsync("--json")).Json.GetProperty("month").GetProperty("alerts").EnumerateArray().ToList();

        Assert.Equal([(100, 500L), (80, 1000L)], alerts.Select(alert => (alert.GetProperty("threshold").GetInt32(), alert.GetProperty("quotaUnits").GetInt64())));
        Assert.Contains("80 % reached\t2026-11-09T10:20:30Z, 803 of 1000", (await ShowAsync()).OutputLines);
    }

    [Fact]
    public async Task Zone_that_only_keygen_knows_is_refused_by_the_database()
    {
        // Such as one that is newer than PostgreSQL's own list.
        await ExecuteAsync("ALTER TABLE quotas ADD CHECK (time_zone <> 'Europe/Berlin' OR timezone('Europe/Newtown', now()) IS NOT NULL)");

        (await SetAsync("--per-month", "1000", "--time-zone", "Europe/Berlin")).Refused(2, "PostgreSQL does not know the time zone \"Europe/Berlin\"");
    }

    private static (string? Start, string? End, long Used) Read(JsonElement month) =>
        (month.GetProperty("start").GetString(), month.GetProperty("end").GetString(), month.GetProperty("usedUnits").GetInt64());

    private static (long Units, string? Enforcement, string? Zone) ReadQuota(JsonElement quota) =>
        (quota.GetProperty("unitsPerMonth").GetInt64(), quota.GetProperty("enforcement").GetString(), quota.GetProperty("timeZone").GetString());

    private Task<KeygenResult> SetAsync(params string[] more) => RunAsync(["quota", "set", "--org-id", $"{Organization}", .. more]);

    private async Task<KeygenResult> ShowAsync(params string[] more) =>
        (await RunAsync(["quota", "show", "--org-id", $"{Organization}", .. more])).Succeeded();

    private async Task UseAsync(string hour, long units)
    {
        var url = Variables.GetValueOrDefault(EnvironmentVariables.AnalyticsDatabaseUrl) ?? DatabaseUrl;
        await using var connection = new NpgsqlConnection(Database.DatabaseUrl.Parse(url).ConnectionString + ";Pooling=false");
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(
            $"""
            INSERT INTO usage_ledger (organization_id, api_key_id, route, hour, requests, billable_requests, billable_units, request_bytes, response_bytes)
            VALUES ('{Organization}', '{Guid.NewGuid()}', 'default', '{hour}', 1, 1, {units}, 0, 0)
            """,
            connection);
        await command.ExecuteNonQueryAsync();
    }
}
