using Gateway.Testing;

namespace Gateway.Keygen.Tests;

public sealed class DryRunTests(TestServers servers) : KeygenTest(servers)
{
    private const string EveryRow =
        """
        SELECT concat((SELECT string_agg(t::text, ';' ORDER BY id) FROM organizations AS t), (SELECT string_agg(t::text, ';' ORDER BY id) FROM api_keys AS t),
            (SELECT string_agg(t::text, ';' ORDER BY t::text) FROM rate_limit_configs AS t), (SELECT string_agg(t::text, ';') FROM quotas AS t),
            (SELECT string_agg(t::text, ';') FROM backends AS t), (SELECT version FROM configuration_version), (SELECT count(*) FROM audit_log))
        """;

    private static readonly (string Command, string Changes)[] Commands =
    [
        ("revoke KEY", "revoked api-key"),
        ("rotate KEY", "revoked api-key, created api-key, created limit"),
        ("rotate KEY --grace 24h", "changed api-key, created api-key, created limit"),
        ("disable KEY", "disabled api-key"),
        ("update KEY --name other", "changed api-key"),
        ("create --org-id ORG --name x", "created api-key"),
        ("org create New", "created organization"),
        ("org rename ORG New", "changed organization"),
        ("org suspend ORG", "suspended organization"),
        ("limits set --org-id ORG --per-minute 7 --per-day 8", "created limit, created limit"),
        ("limits unset --org-id ORG --all", "deleted limit"),
        ("limits shadow on --org-id ORG", "changed organization"),
        ("quota set --org-id ORG --per-month 7", "changed quota"),
        ("quota unset --org-id ORG", "deleted quota"),
        ("backend set ORG http://10.0.0.2", "changed backend"),
        ("backend remove ORG", "deleted backend"),
        ("quota set --org-id ORG --per-month 5", ""),
    ];

    [Fact]
    public async Task Dry_run_says_what_would_be_changed_and_changes_nothing()
    {
        var id = await PrepareRecordsAsync();
        var before = await ScalarAsync<string>(EveryRow);
        foreach (var (command, changes) in Commands)
        {
            string[] arguments = [.. command.Split(' ').Select(word => word switch { "KEY" => $"{id}", "ORG" => $"{Organization}", _ => word }), "--dry-run"];

            var text = (await RunAsync(arguments)).Succeeded();
            var json = (await RunAsync([.. arguments, "--json"])).Succeeded();

            Assert.Equal((command, before), (command, await ScalarAsync<string>(EveryRow)));
            Assert.True(json.Json.GetProperty("dryRun").GetBoolean());
            Assert.Equal(
                (command, changes),
                (command, string.Join(", ", json.Json.GetProperty("changes").EnumerateArray().Select(entry => $"{entry.GetProperty("action")} {entry.GetProperty("record")}"))));
            Assert.Equal((command, changes), (command, string.Join(", ", text.OutputLines.Select(line => line.Split('\t')).Select(cells => $"{cells[3]} {cells[4]}"))));
            Assert.StartsWith(
                changes.Length == 0 ? "Dry run: nothing would be changed." : "Dry run: nothing was changed. This would be:", text.Error, StringComparison.Ordinal);
            Assert.DoesNotMatch("sk_(live|test)_[a-z0-9]{8}", text.Output + text.Error + json.Output + json.Error);
        }
    }

    [Fact]
    public async Task Dry_run_at_a_terminal_asks_nothing_and_shows_a_table()
    {
        var id = await PrepareRecordsAsync();

        var result = (await RunAtTerminalAsync("n", "revoke", $"{id}", "--dry-run")).Succeeded();

        Assert.DoesNotContain("[y/N]", result.Error, StringComparison.Ordinal);
        Assert.Contains("revoked key", result.Output, StringComparison.Ordinal);
        Assert.Contains("revoked at: none → 20", result.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Dry_run_is_refused_like_the_change_itself()
    {
        var id = await PrepareRecordsAsync();
        await RunAsync("revoke", $"{id}", "--yes", "--wait", "0");

        (await RunAsync("disable", $"{id}", "--dry-run")).Refused(4, "revoked already");
        (await RunAsync("rotate", $"{id}", "--dry-run")).Refused(4, "cannot be rotated");
        (await RunAsync("org", "resume", $"{Organization}", "--dry-run")).Refused(4, "is not suspended");
        (await RunAsync("org", "create", "x", "--id", $"{Organization}", "--dry-run")).Refused(4, "already");
        (await RunAsync("backend", "set", $"{Organization}", "http://169.254.169.254", "--dry-run")).Refused(2, "metadata");
    }

    [Fact]
    public async Task Dry_run_tells_no_gateway()
    {
        var id = await PrepareRecordsAsync();
        await using var connection = await ConnectAsync();
        await using (var listen = new Npgsql.NpgsqlCommand("LISTEN organization_changed", connection))
        {
            await listen.ExecuteNonQueryAsync();
        }

        var heard = new List<string>();
        connection.Notification += (_, notification) => heard.Add(notification.Payload);
        (await RunAsync("revoke", $"{id}", "--dry-run")).Succeeded();

        // Another's, which arrives after what would have come before it.
        await ExecuteAsync("NOTIFY organization_changed, 'the next'");
        await connection.WaitAsync(TimeSpan.FromSeconds(30), default);
        Assert.Equal(["the next"], heard);
    }

    private async Task<Guid> PrepareRecordsAsync()
    {
        var (id, _) = await CreateKeyAsync();
        await ExecuteAsync($"""
            INSERT INTO rate_limit_configs (organization_id, period, limit_units, burst_units, api_key_id) VALUES ('{Organization}', 'minute', 1, 1, '{id}');
            INSERT INTO quotas (organization_id, units_per_month) VALUES ('{Organization}', 5);
            INSERT INTO backends (organization_id, addresses) VALUES ('{Organization}', array['http://10.0.0.1/'])
            """);
        return id;
    }
}
