using System.Text.Json;
using Gateway.Testing;

namespace Gateway.Keygen.Tests;

/// <summary>What a key may do, from where and how long.</summary>
public sealed class RestrictionTests(TestServers servers) : KeygenTest(servers)
{
    [Fact]
    public async Task Create_stores_scopes_and_networks_repeated_or_with_commas()
    {
        var result = (await RunAsync(
            "create", "--org-id", $"{Organization}", "--name", "x", "--json",
            "--scope", "reports:read,reports:list", "--scope", "a", "--scope", "reports:read",
            "--network", "203.0.113.7", "--network", "10.0.0.0/8,2001:DB8::/32")).Succeeded();

        Assert.Equal("reports:read reports:list a", List(result.Json, "scopes"));
        Assert.Equal("203.0.113.7/32 10.0.0.0/8 2001:db8::/32", List(result.Json, "networks"));
        Assert.Contains("may reports:read, reports:list, a, only from 203.0.113.7/32, 10.0.0.0/8, 2001:db8::/32", result.Error, StringComparison.Ordinal);
        Assert.True(await ScalarAsync<bool>("SELECT '203.0.113.7'::inet <<= ANY(allowed_networks) AND scopes = '{reports:read,reports:list,a}' FROM api_keys"));
    }

    [Fact]
    public async Task Created_key_is_unrestricted_by_default()
    {
        var (id, _) = await CreateKeyAsync();

        Assert.True(await ScalarAsync<bool>($"SELECT scopes = '{{}}' AND allowed_networks = '{{}}' FROM api_keys WHERE id = '{id}'"));
    }

    [Fact]
    public async Task Update_changes_what_it_names_and_nothing_else()
    {
        var (id, _) = await CreateKeyAsync("old", "--scope", "a", "--network", "10.0.0.0/8", "--expires", "2100-01-01");

        var renamed = (await RunAsync("update", $"{id}", "--name", "new", "--json")).Succeeded().Json;
        var narrowed = (await RunAsync("update", $"{id}", "--scope", "b,c", "--network", "::1", "--expires", "2050-01-01", "--json")).Succeeded().Json;

        Assert.Equal(("new", "2100-01-01T00:00:00Z"), (renamed.GetProperty("name").GetString(), renamed.GetProperty("expiresAt").GetString()));
        Assert.Equal(("a", "10.0.0.0/8"), (List(renamed, "scopes"), List(renamed, "networks")));
        Assert.Equal(("new", "2050-01-01T00:00:00Z"), (narrowed.GetProperty("name").GetString(), narrowed.GetProperty("expiresAt").GetString()));
        Assert.Equal(("b c", "::1/128"), (List(narrowed, "scopes"), List(narrowed, "networks")));
    }

    [Fact]
    public async Task Update_takes_away_what_it_is_told_to()
    {
        var (id, _) = await CreateKeyAsync("x", "--scope", "a", "--network", "10.0.0.0/8", "--expires", "2100-01-01");

        var json = (await RunAsync("update", $"{id}", "--no-scopes", "--any-network", "--never-expires", "--json")).Succeeded().Json;

        Assert.Equal((0, 0, JsonValueKind.Null), (json.GetProperty("scopes").GetArrayLength(), json.GetProperty("networks").GetArrayLength(), json.GetProperty("expiresAt").ValueKind));
    }

    [Fact]
    public async Task Update_of_a_revoked_key_is_a_conflict()
    {
        var (id, _) = await CreateKeyAsync();
        (await RunAsync("revoke", $"{id}", "--yes")).Succeeded();

        (await RunAsync("update", $"{id}", "--never-expires")).Refused(4, "is revoked, for ever");
    }

    [Fact]
    public async Task Update_of_an_unknown_key_is_not_found() => (await RunAsync("update", "abcdef", "--name", "x")).Refused(3, "there is no key");

    [Fact]
    public async Task Successor_inherits_scopes_and_networks()
    {
        var (id, _) = await CreateKeyAsync("x", "--scope", "a,b", "--network", "10.0.0.0/8");

        var json = (await RunAsync("rotate", $"{id}", "--yes", "--json")).Succeeded().Json;

        Assert.Equal(("a b", "10.0.0.0/8"), (List(json, "scopes"), List(json, "networks")));
    }

    [Fact]
    public async Task Largest_lists_are_stored()
    {
        var scopes = string.Join(',', Enumerable.Range(0, 32).Select(n => $"{n:D2}{new string('x', 62)}"));
        var networks = string.Join(',', Enumerable.Range(0, 64).Select(n => $"10.{n}.0.0/16"));

        var (id, _) = await CreateKeyAsync("x", "--scope", scopes, "--network", networks);

        Assert.Equal(96, await ScalarAsync<int>($"SELECT cardinality(scopes) + cardinality(allowed_networks) FROM api_keys WHERE id = '{id}'"));
    }

    private static string List(JsonElement key, string name) => string.Join(' ', key.GetProperty(name).EnumerateArray());
}
