using System.Text.Json;
using Gateway.Testing;

namespace Gateway.Keygen.Tests;

public sealed class OrganizationShowTests(TestServers servers) : KeygenTest(servers)
{
    [Fact]
    public async Task Show_has_a_line_for_everything()
    {
        await PrepareKeysAsync();
        (await RunAsync("limits", "set", "--org-id", $"{Organization}", "--per-minute", "600", "--burst-per-minute", "60", "--shadow")).Succeeded();
        (await RunAsync("limits", "set", "--org-id", $"{Organization}", "--route", "reports", "--per-minute", "5")).Succeeded();
        (await RunAsync("quota", "set", "--org-id", $"{Organization}", "--per-month", "1000", "--soft")).Succeeded();
        (await RunAsync("backend", "set", $"{Organization}", "http://10.0.0.1", "http://10.0.0.2")).Succeeded();

        var lines = (await RunAsync("org", "show", "Example Ltd")).Succeeded().OutputLines;

        Assert.StartsWith("created\t20", lines[3], StringComparison.Ordinal);
        Assert.StartsWith("keys last used\t20", lines[9], StringComparison.Ordinal);
        Assert.Equal(
            [
                $"id\t{Organization}", "name\tExample Ltd", "status\tactive", "keys\t10", "keys active\t4", "keys disabled\t1", "keys expired\t2", "keys revoked\t3",
                "limit per minute\t600 units, burst 60, shadow", "limit per day\tdefault", "limits of keys\t0", "limits of routes\t1", "limits in shadow\tsome",
                "quota per month\t1000 units, soft, UTC", "backend\thttp://10.0.0.1/ http://10.0.0.2/",
            ],
            lines.Where(line => !line.StartsWith("created", StringComparison.Ordinal) && !line.StartsWith("keys last", StringComparison.Ordinal)));
        Assert.Contains("keys active", (await RunAtTerminalAsync(string.Empty, "org", "show", "Example Ltd")).Succeeded().Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Show_json_has_the_shapes_of_the_commands_about_each_part()
    {
        await PrepareKeysAsync();
        (await RunAsync("org", "suspend", $"{Organization}", "--wait", "0")).Succeeded();

        var json = (await RunAsync("org", "show", $"{Organization}", "--json")).Succeeded().Json;

        Assert.Equal(["id", "name", "status", "createdAt", "keys", "limits", "quota", "backend"], json.EnumerateObject().Select(field => field.Name));
        Assert.Equal("suspended", json.GetProperty("status").GetString());
        Assert.Equal(
            (10, 0, 4, 1, 2, 3),
            (Count("total"), Count("active"), Count("organizationSuspended"), Count("disabled"), Count("expired"), Count("revoked")));
        foreach (var (part, command) in ((string, string[])[])
            [("limits", ["limits", "show", "--org-id", $"{Organization}"]), ("backend", ["backend", "show", $"{Organization}"])])
        {
            // White space aside: long arrays are written a line for each element.
            Assert.Equal(
                JsonSerializer.Serialize((await RunAsync([.. command, "--json"])).Json), JsonSerializer.Serialize(json.GetProperty(part)));
        }

        Assert.Equal(JsonValueKind.Null, json.GetProperty("quota").GetProperty("unitsPerMonth").ValueKind);

        int Count(string status) => json.GetProperty("keys").GetProperty(status).GetInt32();
    }

    [Fact]
    public async Task Show_of_an_unknown_organization_is_not_found() => (await RunAsync("org", "show", "nobody")).Refused(3, "there is no organization");

    [Fact]
    public async Task Rename_changes_the_name_and_says_what_it_was()
    {
        var result = (await RunAsync("org", "rename", "Example Ltd", "Example PLC")).Succeeded();
        var json = (await RunAsync("org", "rename", "Example PLC", "Example SE", "--json")).Succeeded().Json;

        Assert.Empty(result.Output);
        Assert.Contains("was \"Example Ltd\" and is \"Example PLC\"", result.Error, StringComparison.Ordinal);
        Assert.Equal(($"{Organization}", "Example SE"), (json.GetProperty("id").GetString(), json.GetProperty("name").GetString()));
        Assert.Equal("Example SE", await ScalarAsync<string>("SELECT name FROM organizations"));
    }

    [Theory]
    [InlineData("nobody", "New", 3, "there is no organization")]
    [InlineData("Example Ltd", "", 2, "NAME is empty")]
    [InlineData("Example Ltd", "a\nb", 2, "NAME has a control character")]
    public async Task Rename_refuses_what_makes_no_sense(string organization, string name, int exitCode, string message)
    {
        (await RunAsync("org", "rename", organization, name)).Refused(exitCode, message);

        Assert.Equal("Example Ltd", await ScalarAsync<string>("SELECT name FROM organizations"));
    }

    // 4 that work, 1 disabled, 2 expired (1 of them disabled), 3 revoked (1 of them expired).
    private Task PrepareKeysAsync() => ExecuteAsync($"""
        INSERT INTO api_keys (organization_id, name, key_hash, key_prefix, disabled_at, expires_at, revoked_at)
        SELECT '{Organization}', 'n', sha256(n::text::bytea), 'sk_live_abcd',
            CASE WHEN n IN (5, 6) THEN now() END, CASE WHEN n IN (6, 7, 8) THEN now() - interval '1 day' END, CASE WHEN n IN (8, 9, 10) THEN now() END
        FROM generate_series(1, 10) AS n;
        INSERT INTO api_key_last_used SELECT id, now() FROM api_keys LIMIT 1
        """);
}
