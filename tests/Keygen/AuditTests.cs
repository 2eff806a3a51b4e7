using System.Text.Json;
using Gateway.Testing;

namespace Gateway.Keygen.Tests;

public sealed class AuditTests(TestServers servers) : KeygenTest(servers)
{
    private static readonly string[] Fields =
    [
        "id", "at", "actor", "byHand", "databaseUser", "version", "action", "record", "organizationId", "organizationName", "apiKeyId", "apiKeyName",
        "before", "after",
    ];

    [Fact]
    public async Task Audit_says_who_changed_what_from_what_to_what_the_newest_first()
    {
        await RunAsync("limits", "set", "--org-id", $"{Organization}", "--per-minute", "60", "--as", "Ada");
        (await RunAsync("--as", "Grace", "limits", "set", "--org-id", $"{Organization}", "--per-minute", "600", "--burst-per-minute", "60")).Succeeded();

        var entries = (await RunAsync("audit", "--json")).Succeeded().Json;

        Assert.Equal(["changed limit Grace", "created limit Ada", "created organization unknown"], entries.EnumerateArray().Select(Summary));
        Assert.Equal(Fields, entries[0].EnumerateObject().Select(field => field.Name));
        Assert.Equal((60, 600), (entries[0].GetProperty("before").GetProperty("limitUnits").GetInt32(), entries[0].GetProperty("after").GetProperty("limitUnits").GetInt32()));
        Assert.Equal((JsonValueKind.Null, false), (entries[1].GetProperty("before").ValueKind, entries[1].GetProperty("byHand").GetBoolean()));
        Assert.Equal("Example Ltd", entries[0].GetProperty("organizationName").GetString());
    }

    [Fact]
    public async Task Audit_lines_are_for_programs_and_a_table_is_for_people()
    {
        var (id, _) = await CreateKeyAsync("web shop");
        await RunAsync("limits", "set", "--org-id", $"{Organization}", "--route", "reports", "--per-minute", "5", "--as", "Ada");
        (await RunAsync("update", $"{id}", "--name", "kiosk", "--scope", "a:b", "--as", "Ada", "--wait", "0")).Succeeded();

        var line = (await RunAsync("audit")).Succeeded().OutputLines[0].Split('\t');
        var table = (await RunAtTerminalAsync(string.Empty, "audit")).Succeeded().Output;

        Assert.Equal(
            ["Ada", "changed", "api-key", $"{Organization}", "Example Ltd", $"{id}", "kiosk", "name: web shop → kiosk; scopes: none → a:b", "no"], line[2..11]);
        Assert.Contains("changed key", table, StringComparison.Ordinal);
        Assert.Contains("name: web shop → kiosk; scopes: none → a:b", table, StringComparison.Ordinal);
        Assert.Contains("route reports by the minute", table, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Change_past_keygen_is_recorded_as_the_database_users_and_by_hand()
    {
        await ExecuteAsync("UPDATE organizations SET status = 'suspended'");

        var entry = (await RunAsync("audit", "--limit", "1", "--json")).Succeeded().Json[0];

        Assert.Equal((true, entry.GetProperty("databaseUser").GetString()), (entry.GetProperty("byHand").GetBoolean(), entry.GetProperty("actor").GetString()));
        Assert.Equal("suspended", entry.GetProperty("action").GetString());
        Assert.Contains("(by hand)", (await RunAtTerminalAsync(string.Empty, "audit")).Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Audit_never_has_the_hash_of_a_key()
    {
        var (_, key) = await CreateKeyAsync();

        var output = (await RunAsync("audit", "--json")).Succeeded().Output;

        Assert.Contains("keyPrefix", output, StringComparison.Ordinal);
        Assert.DoesNotContain("hash", output, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain(key[13..], output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Actor_is_who_was_named_else_who_the_system_knows()
    {
        foreach (var (named, sudoUser, user, actor) in ((string?, string?, string?, string)[])
            [
                ("ada", "root", "kim", "ada"), (null, "root", "kim", "root"), (null, null, "kim", "kim"), (null, string.Empty, "kim", "kim"),
                (null, null, "k\u001bm", "the account"),
            ])
        {
            Variables["SUDO_USER"] = sudoUser;
            Variables["USER"] = user;

            (await RunAsync(
                surroundings => surroundings with { SystemUser = "the account" },
                ["org", "create", "New", .. named is null ? Array.Empty<string>() : ["--as", named]])).Succeeded();

            Assert.Equal(actor, (await RunAsync("audit", "--limit", "1", "--json")).Json[0].GetProperty("actor").GetString());
        }
    }

    [Fact]
    public async Task Actor_is_said_for_the_transaction_only_and_for_every_command_that_changes_something()
    {
        var (id, _) = await CreateKeyAsync("k", "--as", "Ada");
        string[] organization = ["--org-id", $"{Organization}"];
        foreach (var command in (string[][])
            [
                ["org", "rename", $"{Organization}", "New"], ["org", "suspend", $"{Organization}", "--wait", "0"], ["org", "resume", $"{Organization}"],
                ["update", $"{id}", "--name", "other", "--wait", "0"], ["disable", $"{id}", "--wait", "0"], ["enable", $"{id}"],
                ["quota", "set", "--per-month", "9", "--wait", "0", .. organization], ["quota", "unset", "--wait", "0", .. organization],
                ["limits", "shadow", "on", "--wait", "0", .. organization], ["backend", "set", $"{Organization}", "http://10.0.0.1"], ["backend", "unset", $"{Organization}"],
                ["rotate", $"{id}", "--yes", "--wait", "0"], ["org", "create", "Another"],
            ])
        {
            (await RunAsync([.. command, "--as", "Ada"])).Succeeded();
        }

        Assert.Equal(
            "changed organization, created api-key, created backend, created quota, deleted backend, deleted quota, disabled api-key, enabled api-key, resumed organization, revoked api-key, suspended organization",
            await ScalarAsync<string>("SELECT string_agg(DISTINCT action || ' ' || record, ', ' ORDER BY action || ' ' || record) FROM audit_log WHERE actor = 'Ada' AND NOT (action = 'changed' AND record = 'api-key') AND NOT (action = 'created' AND record = 'organization')"));
        Assert.Equal(1, await ScalarAsync<long>("SELECT count(*) FROM audit_log WHERE actor <> 'Ada'"));
    }

    [Fact]
    public async Task Audit_takes_who_when_whose_and_how_many()
    {
        var other = (await RunAsync("org", "create", "Other", "--as", "Grace")).OutputLines.Single();
        var (id, _) = await CreateKeyAsync("k", "--as", "Ada");
        await RunAsync("limits", "set", "--org-id", $"{Organization}", "--key-id", $"{id}", "--per-minute", "5", "--as", "Grace");
        await ExecuteAsync("DELETE FROM api_keys");

        Assert.Equal(["created organization Grace"], await SummariesAsync("--org-id", other));
        Assert.Equal(["created limit Grace", "created organization Grace"], await SummariesAsync("--by", "grace"));
        Assert.Equal(4, (await SummariesAsync("--key-id", $"{id}"[..8])).Count);
        Assert.Equal(6, (await SummariesAsync("--from", "2020-01-01", "--to", "2100-01-01")).Count);
        Assert.Empty(await SummariesAsync("--to", "2020-01-01"));
        var two = (await RunAsync("audit", "--limit", "2")).Succeeded();
        Assert.Equal(2, two.OutputLines.Length);
        Assert.Contains("There are more than 2", two.Error, StringComparison.Ordinal);
        await ExecuteAsync($"DELETE FROM organizations WHERE id = '{other}'");
        Assert.Equal(2, (await SummariesAsync("--org-id", other)).Count);
    }

    [Fact]
    public async Task Audit_refuses_what_makes_no_sense()
    {
        (await RunAsync("audit", "--org-id", "nobody")).Refused(3, "there is no organization");
        (await RunAsync("audit", "--key-id", "00000000")).Refused(3, "there is no key");
        (await RunAsync("audit", "--limit", "0")).Refused(2, "not a whole number");
        (await RunAsync("audit", "--from", "2027-01-02", "--to", "2027-01-01")).Refused(2, "--to has to be after --from");
        (await RunAsync("audit", "--from", "never")).Refused(2, "not a time");
        (await RunAsync("audit", "--as", " ")).Refused(2, "--as is empty");
        (await RunAsync("org", "list", "--as", "a\u001bb")).Refused(2, "--as has a control character");
        (await RunAsync("org", "list", "--as", new string('a', 201))).Refused(2, "longer than 200");
    }

    private static string Summary(JsonElement entry) => $"{entry.GetProperty("action")} {entry.GetProperty("record")} {entry.GetProperty("actor")}";

    private async Task<IReadOnlyList<string>> SummariesAsync(params string[] more) =>
        [.. (await RunAsync(["audit", "--json", .. more])).Succeeded().Json.EnumerateArray().Select(Summary)];
}
