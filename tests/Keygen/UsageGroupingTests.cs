using Gateway.Testing;

namespace Gateway.Keygen.Tests;

public sealed class UsageGroupingTests(TestServers servers) : KeygenTest(servers)
{
    [Fact]
    public async Task Usage_by_day_has_every_day_between_two_that_were_used_and_a_total()
    {
        await CountAsync(Guid.NewGuid(), "default", "2026-11-05T23:00Z", 10, 9, 18);
        await CountAsync(Guid.NewGuid(), "reports", "2026-11-03T00:00Z", 1, 1, 2);
        await CountAsync(Guid.NewGuid(), "default", "2026-11-03T12:00Z", 1, 1, 2);

        Assert.Equal(
            [
                "2026-11-03T00:00:00Z\t2\t2\t4\t200\t2000",
                "2026-11-04T00:00:00Z\t0\t0\t0\t0\t0",
                "2026-11-05T00:00:00Z\t10\t9\t18\t1000\t10000",
                "total\t12\t11\t22\t1200\t12000",
            ],
            (await UsageAsync("--by", "day")).Succeeded().OutputLines);
    }

    [Theory]
    [InlineData("hour", "2026-11-30T22:00:00Z", "2026-11-30T23:00:00Z")]
    [InlineData("day", "2026-11-30T00:00:00Z")]
    [InlineData("month", "2026-11-01T00:00:00Z")]
    public async Task Usage_by_time_begins_when_its_hour_day_or_month_does(string by, params string[] starts)
    {
        await CountAsync(Guid.NewGuid(), "default", "2026-11-30T22:00Z", 1, 1, 1);
        await CountAsync(Guid.NewGuid(), "default", "2026-11-30T23:00Z", 1, 1, 1);

        var json = (await UsageAsync("--by", by, "--json")).Succeeded().Json;

        Assert.Equal(by, json.GetProperty("by").GetString());
        Assert.Equal(starts, json.GetProperty("lines").EnumerateArray().Select(line => line.GetProperty("start").GetString()));
        Assert.Equal(2, json.GetProperty("total").GetProperty("requests").GetInt64());
    }

    [Fact]
    public async Task Usage_by_key_and_by_route_begins_with_what_costs_most()
    {
        var (shop, _) = await CreateKeyAsync("shop");
        var unknown = Guid.NewGuid();
        await CountAsync(unknown, "default", "2026-11-01T00:00Z", 9, 9, 9);
        await CountAsync(shop, "default", "2026-11-02T00:00Z", 4, 4, 4);
        await CountAsync(shop, "reports", "2026-11-02T00:00Z", 7, 7, 7);

        Assert.Equal(
            [$"{shop}\tshop\t11\t11\t11\t1100\t11000", $"{unknown}\t\t9\t9\t9\t900\t9000", "total\t\t20\t20\t20\t2000\t20000"],
            (await UsageAsync("--by", "key")).Succeeded().OutputLines);
        Assert.Equal(
            ["default\t13\t13\t13\t1300\t13000", "reports\t7\t7\t7\t700\t7000", "total\t20\t20\t20\t2000\t20000"],
            (await UsageAsync("--by", "route")).Succeeded().OutputLines);
        var lines = (await UsageAsync("--by", "key", "--json")).Succeeded().Json.GetProperty("lines").EnumerateArray().ToList();
        Assert.Equal(
            ["apiKeyId", "apiKeyName", "apiKeyPrefix", "requests", "billableRequests", "billableUnits", "requestBytes", "responseBytes"],
            lines[0].EnumerateObject().Select(property => property.Name));
    }

    [Fact]
    public async Task Usage_on_a_terminal_is_a_bar_chart_to_the_scale_of_the_highest()
    {
        await CountAsync(Guid.NewGuid(), "half", "2026-11-01T00:00Z", 1, 1, 500);
        await CountAsync(Guid.NewGuid(), "full", "2026-11-01T00:00Z", 1, 1, 1000);
        await CountAsync(Guid.NewGuid(), "hardly", "2026-11-01T00:00Z", 1, 1, 1);
        await CountAsync(Guid.NewGuid(), "refused", "2026-11-01T00:00Z", 1, 0, 0);

        var output = (await RunAtTerminalAsync(string.Empty, "usage", "--org-id", $"{Organization}", "--period", "2026-11", "--by", "route")).Succeeded().Output;

        Assert.Equal([40, 20, 0, 0], Bars("full", "half", "hardly", "refused"));
        Assert.Matches("hardly.*▏", output);
        Assert.DoesNotMatch("refused.*[▏█]", output);
        Assert.Matches(@"(?s)1,000.*total.*1,501", output);
        Assert.DoesNotContain('\u001b', output);

        IEnumerable<int> Bars(params string[] routes) =>
            routes.Select(route => output.Split('\n').Single(line => line.Contains(route, StringComparison.Ordinal)).Count(character => character == '█'));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Bars_are_colored_where_colors_are_wanted_and_fit_a_narrow_terminal(bool hasColors)
    {
        await CountAsync(Guid.NewGuid(), "default", "2026-11-15T00:00Z", 1, 1, 1);

        var output = (await RunAsync(
            surroundings => surroundings with { IsOutputTerminal = true, Width = 70, HasColors = hasColors },
            "usage", "--org-id", $"{Organization}", "--period", "2026-11", "--by", "day")).Succeeded().Output;

        Assert.Equal(hasColors, output.Contains("\u001b[", StringComparison.Ordinal));
        Assert.Equal(10, output.Count(character => character == '█'));
        if (!hasColors)
        {
            Assert.All(output.Split('\n'), line => Assert.True(line.Length <= 70, line));
        }
    }

    [Fact]
    public async Task Csv_has_names_quotes_what_needs_it_and_no_total()
    {
        var (id, _) = await CreateKeyAsync("a \"quoted\", name");
        await CountAsync(id, "default", "2026-11-15T00:00Z", 3, 2, 1);

        Assert.Equal(
            "apiKeyId,apiKeyName,route,requests,billableRequests,billableUnits,requestBytes,responseBytes\r\n"
                + $"{id},\"a \"\"quoted\"\", name\",default,3,2,1,300,3000\r\n",
            (await UsageAsync("--csv")).Succeeded().Output);
        Assert.Equal(
            "start,requests,billableRequests,billableUnits,requestBytes,responseBytes\r\n2026-11-15T00:00:00Z,3,2,1,300,3000\r\n",
            (await UsageAsync("--csv", "--by", "day")).Succeeded().Output);
        Assert.StartsWith("apiKeyId,apiKeyName,requests,", (await UsageAsync("--csv", "--by", "key")).Succeeded().Output, StringComparison.Ordinal);
        Assert.Empty((await UsageAsync("--csv", "--by", "route")).Succeeded().Error);
    }

    private Task<KeygenResult> UsageAsync(params string[] more) =>
        RunAsync(["usage", "--org-id", $"{Organization}", "--from", "2026-11-01", "--to", "2026-12-01", .. more]);

    private Task CountAsync(Guid key, string route, string hour, long requests, long billableRequests, long billableUnits) => ExecuteAsync($"""
        INSERT INTO usage_ledger (organization_id, api_key_id, route, hour, requests, billable_requests, billable_units, request_bytes, response_bytes)
        VALUES ('{Organization}', '{key}', '{route}', '{hour}', {requests}, {billableRequests}, {billableUnits}, {requests * 100}, {requests * 1000})
        """);
}
