using Gateway.Testing;

namespace Gateway.Keygen.Tests;

public sealed class EventsTests(TestServers servers) : KeygenTest(servers)
{
    [Fact]
    public async Task Events_are_the_newest_first_and_of_the_organization_only()
    {
        await StoreAsync("2026-11-02T10:00:00.123456Z", "/second");
        await StoreAsync("2026-11-03T10:00Z", "/third");
        await StoreAsync("2026-11-01T10:00Z", "/first");
        await StoreAsync("2026-11-04T10:00Z", "/not-mine", organization: Guid.NewGuid());

        var lines = (await EventsAsync()).Succeeded().OutputLines.Select(line => line.Split('\t')).ToList();

        Assert.Equal(["/third", "/second", "/first"], lines.Select(line => line[3]));
        Assert.Equal(
            ["2026-11-02T10:00:00.123456Z", "200", "GET", "/second", "forwarded", "1", "1843", "1610", "default"], lines[1][..9]);
        Assert.Equal(16, lines[1].Length);
    }

    [Fact]
    public async Task Events_end_at_the_limit_and_say_that_there_are_more()
    {
        for (var minute = 10; minute < 13; minute++)
        {
            await StoreAsync($"2026-11-01T10:{minute}Z", $"/{minute}");
        }

        var cut = (await EventsAsync("--limit", "2")).Succeeded();
        Assert.Equal(["/12", "/11"], Paths(cut));
        Assert.Contains("There are more than 2", cut.Error, StringComparison.Ordinal);
        Assert.Empty((await EventsAsync("-n", "3")).Succeeded().Error);
    }

    [Theory]
    [InlineData("--status 404", "/missing")]
    [InlineData("--status 4xx", "/limited /missing")]
    [InlineData("--outcome rate-limited", "/limited")]
    [InlineData("--outcome backend-error --status 5xx", "/broken")]
    [InlineData("--from 2026-11-03 --to 2026-11-04", "/limited")]
    [InlineData("--from 2026-11-03", "/broken /limited")]
    [InlineData("--to 2026-11-02", "/fine")]
    [InlineData("--key-id 3f2c9a1e", "/broken")]
    [InlineData("--key-id 3f2c9a1e --status 2xx", "")]
    public async Task Events_are_those_that_are_asked_for(string filter, string paths)
    {
        await StoreAsync("2026-11-01T10:00Z", "/fine");
        await StoreAsync("2026-11-02T10:00Z", "/missing", status: 404);
        await StoreAsync("2026-11-03T10:00Z", "/limited", status: 429, outcome: "rate-limited", billable: false);
        await StoreAsync("2026-11-04T10:00Z", "/broken", status: 502, outcome: "backend-error", billable: false, key: "3f2c9a1e-0000-4000-8000-000000000001");

        Assert.Equal(paths.Split(' ', StringSplitOptions.RemoveEmptyEntries), Paths((await EventsAsync(filter.Split(' '))).Succeeded()));
    }

    [Fact]
    public async Task Events_as_json_have_every_field()
    {
        await StoreAsync("2026-11-01T10:00Z", "/limited", status: 429, outcome: "rate-limited", billable: false);

        var request = Assert.Single((await EventsAsync("--json")).Succeeded().Json.EnumerateArray());

        Assert.Equal(
            [
                "id", "time", "organizationId", "apiKeyId", "requestId", "route", "method", "path", "status", "outcome", "billable", "units",
                "durationUs", "backendUs", "requestBytes", "responseBytes", "source", "sequence",
            ],
            request.EnumerateObject().Select(property => property.Name));
        Assert.Equal((429, "rate-limited", false), (request.GetProperty("status").GetInt32(), request.GetProperty("outcome").GetString(), request.GetProperty("billable").GetBoolean()));
        Assert.Equal("2026-11-01T10:00:00Z", request.GetProperty("time").GetString());
        Assert.Equal(0, (await EventsAsync("--json", "--status", "200")).Succeeded().Json.GetArrayLength());
    }

    [Fact]
    public async Task Events_on_a_terminal_are_a_table_whose_colors_can_be_turned_off()
    {
        await StoreAsync("2026-11-01T10:00Z", "/things", status: 502, outcome: "backend-error", billable: false);

        Assert.Matches(@"STATUS[\s\S]*2026-11-01 10:00:00 .*502 .*GET .*/things .*backend-error .*1.8 ", await ShownAsync(hasColors: false));
        Assert.DoesNotContain('\u001b', await ShownAsync(hasColors: false));
        Assert.Contains("\u001b[", await ShownAsync(hasColors: true), StringComparison.Ordinal);

        async Task<string> ShownAsync(bool hasColors) => (await RunAsync(
            surroundings => surroundings with { IsOutputTerminal = true, Width = 160, HasColors = hasColors },
            "events", "--org-id", $"{Organization}")).Succeeded().Output;
    }

    [Fact]
    public async Task Path_can_neither_command_a_terminal_nor_give_a_key_away()
    {
        await StoreAsync("2026-11-01T10:00Z", "/\u001b[2J\u202E\u2066evil\u2028sk_live_0123456789abcdefghijklmnopqrstuv");

        foreach (var result in (KeygenResult[])[await EventsAsync(), await RunAtTerminalAsync(string.Empty, "events", "--org-id", $"{Organization}")])
        {
            Assert.Contains("/\uFFFD[2J\uFFFD\uFFFDevil\uFFFDsk_live_0123…", result.Succeeded().Output, StringComparison.Ordinal);
        }

        Assert.DoesNotContain("456789abc", (await EventsAsync("--json")).Succeeded().Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Period_that_ends_before_it_has_begun_and_organization_that_does_not_exist_are_refused()
    {
        (await EventsAsync("--from", "today", "--to", "yesterday")).Refused(2, "--to must be later than --from");
        (await RunAsync("events", "--org-id", "nobody")).Refused(3, "there is no organization \"nobody\"");
    }

    private static IEnumerable<string> Paths(KeygenResult result) => result.OutputLines.Select(line => line.Split('\t')[3]);

    private Task<KeygenResult> EventsAsync(params string[] more) => RunAsync(["events", "--org-id", $"{Organization}", .. more]);

    private Task StoreAsync(
        string time, string path, int status = 200, string outcome = "forwarded", bool billable = true, string? key = null, Guid? organization = null) => ExecuteAsync($"""
        INSERT INTO usage_events (event_id, occurred_at, source, sequence, organization_id, api_key_id, request_id, route, method, path, status, outcome,
            billable, units, duration_us, backend_us, request_bytes, response_bytes)
        VALUES (gen_random_uuid(), '{time}', 'gateway/a', 1, '{organization ?? Organization}', '{key ?? $"{Guid.NewGuid()}"}', gen_random_uuid(), 'default', 'GET',
            '{path}', {status}, '{outcome}', {billable}, 1, 1843, 1610, 0, 512)
        """);
}
