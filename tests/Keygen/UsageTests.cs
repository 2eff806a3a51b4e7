using System.Text.Json;
using Gateway.Contracts;
using Gateway.Keygen.ApiKeys;
using Gateway.Testing;

namespace Gateway.Keygen.Tests;

public sealed class UsageTests(TestServers servers) : KeygenTest(servers)
{
    [Fact]
    public async Task Usage_is_by_key_and_route_with_a_total_what_costs_most_first()
    {
        var (shop, _) = await CreateKeyAsync("shop");
        var (ci, _) = await CreateKeyAsync("ci");
        await CountAsync(ci, "default", "2026-11-01T00:00Z", 10, 9, 18);
        await CountAsync(ci, "default", "2026-11-30T23:00Z", 1, 1, 2);
        await CountAsync(shop, "reports", "2026-11-15T12:00Z", 3, 3, 30);

        var rows = (await UsageAsync("--from", "2026-11-01", "--to", "2026-12-01")).Succeeded().OutputLines;

        Assert.Equal(
            [
                $"{shop}\tshop\treports\t3\t3\t30\t300\t3000",
                $"{ci}\tci\tdefault\t11\t10\t20\t1100\t11000",
                "total\t\t\t14\t13\t50\t1400\t14000",
            ],
            rows);
    }

    [Fact]
    public async Task Usage_json_has_the_period_the_total_and_the_lines()
    {
        var (shop, _) = await CreateKeyAsync("shop");
        await CountAsync(shop, "reports", "2026-11-15T12:00Z", 3, 2, 30);

        var json = (await UsageAsync("--from", "2026-11-01", "--to", "2026-12-01", "--json")).Succeeded().Json;

        Assert.Equal(["organizationId", "organizationName", "from", "to", "total", "lines"], Names(json));
        Assert.Equal(Organization, json.GetProperty("organizationId").GetGuid());
        Assert.Equal("2026-11-01T00:00:00Z", json.GetProperty("from").GetString());
        Assert.Equal("2026-12-01T00:00:00Z", json.GetProperty("to").GetString());
        string[] totals = ["requests", "billableRequests", "billableUnits", "requestBytes", "responseBytes"];
        Assert.Equal(totals, Names(json.GetProperty("total")));
        var line = Assert.Single(json.GetProperty("lines").EnumerateArray());
        Assert.Equal(["apiKeyId", "apiKeyName", "apiKeyPrefix", "route", .. totals], Names(line));
        Assert.Equal(shop, line.GetProperty("apiKeyId").GetGuid());
        Assert.Equal("shop", line.GetProperty("apiKeyName").GetString());
        Assert.Equal([3, 2, 30, 300, 3000], totals.Select(total => line.GetProperty(total).GetInt64()));
        Assert.Equal([3, 2, 30, 300, 3000], totals.Select(total => json.GetProperty("total").GetProperty(total).GetInt64()));

        static IEnumerable<string> Names(JsonElement element) => element.EnumerateObject().Select(property => property.Name);
    }

    [Fact]
    public async Task Usage_counts_the_first_hour_and_not_the_last()
    {
        var key = Guid.NewGuid();
        await CountAsync(key, "before", "2026-11-01T09:00Z", 1, 1, 1);
        await CountAsync(key, "first", "2026-11-01T10:00Z", 1, 1, 1);
        await CountAsync(key, "last", "2026-11-01T11:00Z", 1, 1, 1);
        await CountAsync(key, "after", "2026-11-01T12:00Z", 1, 1, 1);

        var rows = (await UsageAsync("--from", "2026-11-01T10:00Z", "--to", "2026-11-01T14:00+02:00")).Succeeded().OutputLines;

        Assert.Equal(["first", "last", string.Empty], rows.Select(row => row.Split('\t')[2]));
    }

    [Fact]
    public async Task Usage_is_of_the_current_calendar_month_by_default()
    {
        Clock.Now = new DateTimeOffset(2026, 2, 28, 23, 59, 59, TimeSpan.Zero);

        var json = (await UsageAsync("--json")).Succeeded().Json;

        Assert.Equal("2026-02-01T00:00:00Z", json.GetProperty("from").GetString());
        Assert.Equal("2026-03-01T00:00:00Z", json.GetProperty("to").GetString());
    }

    [Theory]
    [InlineData(null, "2026-11-01", "2026-10-01T00:00:00Z", "2026-11-01T00:00:00Z")]
    [InlineData(null, "2026-11-08T05:00Z", "2026-11-01T00:00:00Z", "2026-11-08T05:00:00Z")]
    [InlineData("2026-01-15", null, "2026-01-15T00:00:00Z", "2026-03-01T00:00:00Z")]
    public async Task Usage_fills_in_the_end_that_is_not_given(string? from, string? to, string expectedFrom, string expectedTo)
    {
        Clock.Now = new DateTimeOffset(2026, 2, 10, 0, 0, 0, TimeSpan.Zero);

        var json = (await UsageAsync([.. from is null ? [] : (string[])["--from", from], .. to is null ? [] : (string[])["--to", to], "--json"])).Succeeded().Json;

        Assert.Equal((expectedFrom, expectedTo), (json.GetProperty("from").GetString(), json.GetProperty("to").GetString()));
    }

    [Theory]
    [InlineData("--from yesterday --to today", "2026-02-09T00:00:00Z", "2026-02-10T00:00:00Z")]
    [InlineData("--from 2025-10 --to 2025-12", "2025-10-01T00:00:00Z", "2025-12-01T00:00:00Z")]
    [InlineData("--from 2025-10", "2025-10-01T00:00:00Z", "2026-03-01T00:00:00Z")]
    [InlineData("--from 24h --to now", "2026-02-09T13:00:00Z", "2026-02-10T14:00:00Z")]
    [InlineData("--from 2w --to 2h", "2026-01-27T13:00:00Z", "2026-02-10T12:00:00Z")]
    [InlineData("--from 2026-01-15T10:00+02:00 --to 9999-12-31", "2026-01-15T08:00:00Z", "9999-12-31T00:00:00Z")]
    [InlineData("--period 2025-12", "2025-12-01T00:00:00Z", "2026-01-01T00:00:00Z")]
    [InlineData("--period 2024-02-29", "2024-02-29T00:00:00Z", "2024-03-01T00:00:00Z")]
    [InlineData("--period yesterday", "2026-02-09T00:00:00Z", "2026-02-10T00:00:00Z")]
    [InlineData("--period today", "2026-02-10T00:00:00Z", "2026-02-11T00:00:00Z")]
    public async Task Times_are_written_as_people_say_them(string period, string expectedFrom, string expectedTo)
    {
        Clock.Now = new DateTimeOffset(2026, 2, 10, 13, 0, 1, TimeSpan.Zero);

        var json = (await UsageAsync([.. period.Split(' '), "--json"])).Succeeded().Json;

        Assert.Equal((expectedFrom, expectedTo), (json.GetProperty("from").GetString(), json.GetProperty("to").GetString()));
    }

    [Fact]
    public async Task Usage_of_another_organization_is_not_counted()
    {
        await ExecuteAsync($"""
            INSERT INTO usage_ledger (organization_id, api_key_id, route, hour, requests, billable_requests, billable_units, request_bytes, response_bytes)
            VALUES ('{Guid.NewGuid()}', '{Guid.NewGuid()}', 'default', '2026-11-01', 1, 1, 1, 1, 1)
            """);

        Assert.Equal(["total\t\t\t0\t0\t0\t0\t0"], (await UsageAsync("--from", "2026-11-01", "--to", "2026-12-01")).Succeeded().OutputLines);
    }

    [Fact]
    public async Task Usage_is_read_from_the_analytics_database_where_there_is_one()
    {
        var (key, _) = await CreateKeyAsync("shop");
        await CountAsync(key, "wrong", "2026-11-01", 1, 1, 1);
        var keyDatabase = DatabaseUrl;
        Variables[EnvironmentVariables.AnalyticsDatabaseUrl] = await Servers.CreateDatabaseAsync();
        await CountAsync(key, "right", "2026-11-01", 1, 1, 1, Variables[EnvironmentVariables.AnalyticsDatabaseUrl]);

        var rows = (await UsageAsync("--from", "2026-11-01", "--to", "2026-12-01")).Succeeded().OutputLines;

        Assert.Equal(keyDatabase, DatabaseUrl);
        Assert.StartsWith($"{key}\tshop\tright\t", rows[0], StringComparison.Ordinal);
        Assert.Equal(2, rows.Length);
    }

    [Fact]
    public async Task Usage_names_the_key_of_every_line_of_a_long_list()
    {
        const int Routes = ApiKeyLabels.RowsPerLookup + 1;
        var (key, _) = await CreateKeyAsync("shop");
        await ExecuteAsync($"""
            INSERT INTO usage_ledger (organization_id, api_key_id, route, hour, requests, billable_requests, billable_units, request_bytes, response_bytes)
            SELECT '{Organization}', '{key}', 'route-' || n, '2026-11-01', 1, 1, 1, 1, 1 FROM generate_series(1, {Routes}) AS n
            """);

        var lines = (await UsageAsync("--from", "2026-11-01", "--to", "2026-12-01", "--json")).Succeeded().Json.GetProperty("lines");

        Assert.Equal(Routes, lines.EnumerateArray().Count(line => line.GetProperty("apiKeyName").GetString() == "shop"));
    }

    [Fact]
    public async Task Usage_on_a_terminal_is_a_table_with_the_total_at_its_foot()
    {
        var (key, _) = await CreateKeyAsync("shop");
        await CountAsync(key, "reports", "2026-11-15", 1234567, 1, 1);

        var result = (await RunAtTerminalAsync(
            string.Empty, "usage", "--org-id", $"{Organization}", "--from", "2026-11-01", "--to", "2026-12-01")).Succeeded();

        Assert.Contains("Example Ltd, 2026-11-01T00:00:00Z to 2026-12-01T00:00:00Z", result.Error, StringComparison.Ordinal);
        Assert.Matches(@"(?s)UNITS.*shop.*reports.*1,234,567.*total.*1,234,567", result.Output);
    }

    [Fact]
    public async Task Numbers_stay_in_one_piece_on_a_narrow_terminal()
    {
        await CountAsync(Guid.NewGuid(), "reports", "2026-11-15", 1234567, 1, 1);

        var result = await RunAsync(
            surroundings => surroundings with { IsOutputTerminal = true, Width = 10 },
            "usage", "--org-id", $"{Organization}", "--from", "2026-11-01", "--to", "2026-12-01");

        Assert.Contains(" 1,234,567,000 ", result.Succeeded().Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Route_cannot_break_lines_or_send_commands_to_a_terminal()
    {
        await CountAsync(Guid.NewGuid(), "a\tb\nc\u001b[2J", "2026-11-15", 1, 1, 1);

        foreach (var result in (KeygenResult[])[await UsageAsync("--from", "2026-11-01", "--to", "2026-12-01"), await RunAtTerminalAsync(
            string.Empty, "usage", "--org-id", $"{Organization}", "--from", "2026-11-01", "--to", "2026-12-01")])
        {
            Assert.Contains("a\uFFFDb\uFFFDc\uFFFD[2J", result.Succeeded().Output, StringComparison.Ordinal);
        }
    }

    private Task<KeygenResult> UsageAsync(params string[] more) => RunAsync(["usage", "--org-id", $"{Organization}", .. more]);

    private async Task CountAsync(
        Guid key, string route, string hour, long requests, long billableRequests, long billableUnits, string? databaseUrl = null)
    {
        await using var connection = new Npgsql.NpgsqlConnection(Database.DatabaseUrl.Parse(databaseUrl ?? DatabaseUrl).ConnectionString + ";Pooling=false");
        await connection.OpenAsync();
        await using var command = new Npgsql.NpgsqlCommand(
            """
            INSERT INTO usage_ledger (organization_id, api_key_id, route, hour, requests, billable_requests, billable_units, request_bytes, response_bytes)
            VALUES ($1, $2, $3, $4::text::timestamptz, $5, $6, $7, $5 * 100, $5 * 1000)
            """,
            connection)
        {
            Parameters =
            {
                new() { Value = Organization }, new() { Value = key }, new() { Value = route }, new() { Value = hour },
                new() { Value = requests }, new() { Value = billableRequests }, new() { Value = billableUnits },
            },
        };
        await command.ExecuteNonQueryAsync();
    }
}
