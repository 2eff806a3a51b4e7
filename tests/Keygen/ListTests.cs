using Gateway.Keygen.Output;
using Gateway.Testing;

namespace Gateway.Keygen.Tests;

public sealed class ListTests(TestServers servers) : KeygenTest(servers)
{
    [Fact]
    public async Task List_shows_active_keys_only()
    {
        var (active, _) = await CreateKeyAsync("active");
        await CreateRevokedAndExpiredAsync();

        var row = Assert.Single((await RunAsync("list")).Succeeded().OutputLines);

        Assert.StartsWith($"{active}\tsk_live_", row, StringComparison.Ordinal);
    }

    [Fact]
    public async Task List_all_shows_revoked_and_expired_keys_too()
    {
        await CreateKeyAsync("active");
        await CreateRevokedAndExpiredAsync();

        var rows = (await RunAsync("list", "--all")).Succeeded().OutputLines.Select(line => line.Split('\t'));

        Assert.Equal(
            [("active", "active"), ("revoked", "revoked"), ("expired", "expired")],
            rows.Select(row => (row[2], row[4])));
    }

    [Fact]
    public async Task List_of_an_organization_shows_its_keys_only()
    {
        var (own, _) = await CreateKeyAsync("own");
        var other = (await RunAsync("org", "create", "Other")).OutputLines.Single();
        await RunAsync("create", "--org-id", other, "--name", "not mine");

        var row = Assert.Single((await RunAsync("list", "--org-id", $"{Organization}")).Succeeded().OutputLines);

        Assert.StartsWith($"{own}\t", row, StringComparison.Ordinal);
    }

    [Fact]
    public async Task List_never_shows_more_than_the_first_characters_of_a_key()
    {
        var (_, key) = await CreateKeyAsync();

        foreach (var result in (KeygenResult[])[await RunAsync("list"), await RunAsync("list", "--json"), await RunAtTerminalAsync("", "list")])
        {
            Assert.Contains(key[..12], result.Succeeded().Output, StringComparison.Ordinal);
            Assert.DoesNotContain(key[..13], result.Output, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task List_json_is_an_array_with_every_field()
    {
        var (id, _) = await CreateKeyAsync("ci", "--environment", "test");

        var key = Assert.Single((await RunAsync("list", "--json")).Succeeded().Json.EnumerateArray());

        Assert.Equal(
            ["id", "organizationId", "organizationName", "name", "environment", "prefix", "status", "createdAt", "expiresAt", "revokedAt", "rotatedFrom", "scopes", "networks", "disabledAt", "lastUsedAt", "rotatedTo"],
            key.EnumerateObject().Select(property => property.Name));
        Assert.Equal(id, key.GetProperty("id").GetGuid());
        Assert.Equal("test", key.GetProperty("environment").GetString());
        Assert.Equal("Example Ltd", key.GetProperty("organizationName").GetString());
    }

    [Fact]
    public async Task List_without_keys_is_nothing_in_a_pipe_and_an_empty_array_in_json()
    {
        Assert.Empty((await RunAsync("list")).Succeeded().Output);
        Assert.Equal(0, (await RunAsync("list", "--json")).Succeeded().Json.GetArrayLength());
    }

    [Fact]
    public async Task List_on_a_terminal_shows_every_key_of_a_list_longer_than_a_table()
    {
        const int Keys = TextTable<object>.RowsPerTable + 1;
        await ExecuteAsync($"""
            INSERT INTO api_keys (organization_id, name, key_hash, key_prefix)
            SELECT '{Organization}', 'key-' || n, sha256(n::text::bytea), 'sk_live_abcd' FROM generate_series(1, {Keys}) AS n
            """);

        var output = (await RunAtTerminalAsync(string.Empty, "list")).Succeeded().Output;

        Assert.Equal(Keys, output.Split('\n').Count(line => line.Contains("sk_live_abcd…", StringComparison.Ordinal)));
        Assert.Equal(2, output.Split('\n').Count(line => line.Contains("NAME", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task List_on_a_terminal_says_what_became_of_a_key()
    {
        await CreateKeyAsync("limited", "--expires", "2100-01-31T18:00Z");
        await CreateRevokedAndExpiredAsync();

        var output = (await RunAtTerminalAsync(string.Empty, "list", "--all")).Succeeded().Output;

        Assert.Matches(@"limited .*active until 2100-01-31 18:00", output);
        Assert.Matches(@"revoked .*revoked \d{4}-", output);
        Assert.Matches(@"expired .*expired \d{4}-", output);
    }

    [Fact]
    public async Task List_on_a_terminal_takes_brackets_in_names_as_they_are()
    {
        await CreateKeyAsync("[red]x[/]");

        Assert.Contains("[red]x[/]", (await RunAtTerminalAsync(string.Empty, "list")).Succeeded().Output, StringComparison.Ordinal);
    }

    private async Task CreateRevokedAndExpiredAsync()
    {
        var (revoked, _) = await CreateKeyAsync("revoked");
        (await RunAsync("revoke", $"{revoked}", "--yes")).Succeeded();
        var (expired, _) = await CreateKeyAsync("expired");
        await ExecuteAsync($"UPDATE api_keys SET expires_at = now() - interval '1 second' WHERE id = '{expired}'");
    }
}
