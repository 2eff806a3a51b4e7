using Gateway.Testing;

namespace Gateway.Keygen.Tests;

public sealed class ShowTests(TestServers servers) : KeygenTest(servers)
{
    [Fact]
    public async Task Show_has_a_line_for_everything_that_is_known()
    {
        var (id, key) = await CreateKeyAsync("shop", "--scope", "a,b", "--network", "10.0.0.0/8");
        await UseAsync(id, secondsAgo: 185);

        var lines = (await RunAsync("show", $"{id}")).Succeeded().OutputLines.Select(line => line.Split('\t')).ToDictionary(line => line[0], line => line[1]);

        Assert.Equal(
            ["id", "key", "name", "organization", "organization id", "environment", "status", "scopes", "networks", "created", "last used", "expires", "disabled", "revoked", "rotated from", "rotated to"],
            lines.Keys);
        Assert.Equal(($"{id}", $"{key[..12]}…", "a,b", "10.0.0.0/8"), (lines["id"], lines["key"], lines["scopes"], lines["networks"]));
        Assert.Matches(@"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$", lines["last used"]);
    }

    [Fact]
    public async Task Show_on_a_terminal_says_it_in_words()
    {
        var (id, _) = await CreateKeyAsync();

        var output = (await RunAtTerminalAsync(string.Empty, "show", $"{id}"[..8])).Succeeded().Output;

        Assert.Matches("last used +never", output);
        Assert.Matches("networks +from everywhere", output);
        Assert.Matches("status +active", output);
        Assert.Matches("expires +never", output);
    }

    [Fact]
    public async Task Show_json_links_a_rotated_key_and_its_successor()
    {
        var (old, _) = await CreateKeyAsync();
        var successor = (await RunAsync("rotate", $"{old}", "--yes", "--json")).Succeeded().Json.GetProperty("id").GetGuid();

        Assert.Equal(successor, (await RunAsync("show", $"{old}", "--json")).Succeeded().Json.GetProperty("rotatedTo").GetGuid());
        Assert.Equal(old, (await RunAsync("show", $"{successor}", "--json")).Succeeded().Json.GetProperty("rotatedFrom").GetGuid());
    }

    [Fact]
    public async Task Show_of_an_unknown_key_is_not_found() => (await RunAsync("show", "abcdef")).Refused(3, "there is no key");

    [Theory]
    [InlineData(0, "0 s ago")]
    [InlineData(185, "3 min ago")]
    [InlineData(7300, "2 h ago")]
    [InlineData(3 * 86400, "3 days ago")]
    public async Task List_on_a_terminal_says_when_a_key_was_used(int secondsAgo, string expected)
    {
        var (id, _) = await CreateKeyAsync();
        await UseAsync(id, secondsAgo);

        Assert.Matches(secondsAgo == 0 ? @"\d s ago" : expected, (await RunAtTerminalAsync(string.Empty, "list")).Succeeded().Output);
    }

    [Fact]
    public async Task List_shows_disabled_keys_and_those_of_suspended_organizations()
    {
        var (disabled, _) = await CreateKeyAsync("off", "--scope", "a,b", "--network", "::1");
        await CreateKeyAsync("on");
        (await RunAsync("disable", $"{disabled}")).Succeeded();
        (await RunAsync("org", "suspend", $"{Organization}")).Succeeded();

        var rows = (await RunAsync("list")).Succeeded().OutputLines.Select(line => line.Split('\t')).ToList();
        var table = (await RunAtTerminalAsync(string.Empty, "list")).Succeeded().Output;

        Assert.Equal([("off", "disabled", "a,b", "::1/128"), ("on", "organization-suspended", "", "")], rows.Select(row => (row[2], row[4], row[8], row[9])));
        Assert.Matches(@"off .*2 scopes, 1 network .*never .*disabled \d{4}-", table);
        Assert.Matches("on .*suspended organization", table);
    }

    [Fact]
    public async Task List_fits_a_terminal_of_100_columns()
    {
        var (id, _) = await CreateKeyAsync("a name that is rather long", "--scope", "a,b", "--network", "10.0.0.0/8", "--expires", "2100-01-31");
        await UseAsync(id, secondsAgo: 6000);

        var lines = (await RunAsync(surroundings => surroundings with { IsOutputTerminal = true, Width = 100 }, "list")).Succeeded().OutputLines;

        Assert.All(lines, line => Assert.InRange(line.TrimEnd().Length, 0, 100));
        Assert.Contains(lines, line => line.Contains("100 min ago", StringComparison.Ordinal) && line.Contains($"{id}"[..8], StringComparison.Ordinal));
    }

    private Task UseAsync(Guid id, int secondsAgo) => ExecuteAsync(
        $"INSERT INTO api_key_last_used (api_key_id, last_used_at) VALUES ('{id}', now() - interval '{secondsAgo} seconds')");
}
