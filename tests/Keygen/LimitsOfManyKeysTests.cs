using Gateway.Testing;

namespace Gateway.Keygen.Tests;

public sealed class LimitsOfManyKeysTests(TestServers servers) : KeygenTest(servers)
{
    private const int Keys = 5_000;

    [Fact]
    public async Task Limits_show_prints_a_line_for_each_of_thousands_of_keys_and_then_the_routes()
    {
        await StoreAsync();

        var lines = (await RunAsync("limits", "show", "--org-id", $"{Organization}")).Succeeded().OutputLines;

        Assert.Equal(Keys, lines.Count(line => line.Contains("\tkey-", StringComparison.Ordinal)));
        Assert.EndsWith("\treports", lines[^1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Limits_show_json_of_thousands_of_keys_is_one_object()
    {
        await StoreAsync();

        var json = (await RunAsync("limits", "show", "--org-id", $"{Organization}", "--json")).Succeeded().Json;

        Assert.Equal(
            ["organizationId", "organizationName", "perMinute", "perDay", "areShadow", "keys", "routes"],
            json.EnumerateObject().Select(property => property.Name));
        Assert.Equal(Keys, json.GetProperty("keys").EnumerateArray().DistinctBy(key => key.GetProperty("apiKeyId").GetGuid()).Count());
        Assert.Equal("reports", Assert.Single(json.GetProperty("routes").EnumerateArray()).GetProperty("route").GetString());
    }

    private Task StoreAsync() => ExecuteAsync($"""
        WITH keys AS (
            INSERT INTO api_keys (organization_id, name, key_hash, key_prefix)
            SELECT '{Organization}', 'key-' || n, sha256(n::text::bytea), 'sk_live_abcd' FROM generate_series(1, {Keys}) AS n
            RETURNING id
        )
        INSERT INTO rate_limit_configs (organization_id, period, api_key_id, route, limit_units, burst_units)
        SELECT '{Organization}'::uuid, 'minute', id, NULL, 60, 60 FROM keys
        UNION ALL SELECT '{Organization}'::uuid, 'minute', NULL::uuid, 'reports', 10, 10
        """);
}
