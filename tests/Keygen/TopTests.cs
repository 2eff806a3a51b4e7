using Gateway.Contracts;
using Gateway.Testing;

namespace Gateway.Keygen.Tests;

public sealed class TopTests(TestServers servers) : KeygenTest(servers)
{
    private static readonly Guid Stranger = new("00000000-0000-0000-0000-00000000000a");

    [Fact]
    public async Task Top_lists_organizations_most_units_first_and_as_many_as_asked_for()
    {
        await CountAsync(Organization, Guid.NewGuid(), "default", "2026-11-01", 5);
        await CountAsync(Organization, Guid.NewGuid(), "default", "2026-11-02", 6);
        await CountAsync(Stranger, Guid.NewGuid(), "default", "2026-11-02", 10);
        await CountAsync(Stranger, Guid.NewGuid(), "default", "2026-12-01", 10);

        Assert.Equal(
            [$"{Organization}\tExample Ltd\t2\t2\t11\t2\t2", $"{Stranger}\t\t1\t1\t10\t1\t1"],
            (await TopAsync()).Succeeded().OutputLines);
        Assert.Single((await TopAsync("--limit", "1")).Succeeded().OutputLines);
    }

    [Fact]
    public async Task Top_keys_say_whose_they_are_and_top_routes_are_of_all()
    {
        var (shop, _) = await CreateKeyAsync("shop");
        await CountAsync(Organization, shop, "reports", "2026-11-01", 5);
        await CountAsync(Stranger, Stranger, "reports", "2026-11-01", 3);

        Assert.Equal(
            [$"{shop}\tshop\t1\t1\t5\t1\t1\t{Organization}\tExample Ltd", $"{Stranger}\t\t1\t1\t3\t1\t1\t{Stranger}\t"],
            (await TopAsync("--by", "key")).Succeeded().OutputLines);
        Assert.Equal(["reports\t2\t2\t8\t2\t2"], (await TopAsync("--by", "route")).Succeeded().OutputLines);
    }

    [Fact]
    public async Task Top_as_json_has_the_period_and_the_lines()
    {
        await CountAsync(Organization, Guid.NewGuid(), "default", "2026-11-01", 5);

        var json = (await TopAsync("--json")).Succeeded().Json;

        Assert.Equal(["from", "to", "by", "lines"], json.EnumerateObject().Select(property => property.Name));
        Assert.Equal("organization", json.GetProperty("by").GetString());
        Assert.Equal(
            ["organizationId", "organizationName", "requests", "billableRequests", "billableUnits", "requestBytes", "responseBytes"],
            Assert.Single(json.GetProperty("lines").EnumerateArray()).EnumerateObject().Select(property => property.Name));
        Assert.StartsWith("organizationId,organizationName,requests,", (await TopAsync("--csv")).Succeeded().Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Top_on_a_terminal_draws_bars_and_abbreviates_ids()
    {
        var (shop, _) = await CreateKeyAsync("shop");
        await CountAsync(Organization, shop, "reports", "2026-11-01", 5);

        var output = (await RunAtTerminalAsync(string.Empty, "top", "--period", "2026-11", "--by", "key")).Succeeded().Output;

        Assert.Matches($@"KEY ID.*NAME.*ORGANIZATION[\s\S]*{$"{shop}"[..8]} .*shop .*Example Ltd .*5 .*██", output);
    }

    [Fact]
    public async Task Top_is_of_the_usage_database_and_names_are_of_the_other()
    {
        Variables[EnvironmentVariables.AnalyticsDatabaseUrl] = await Servers.CreateDatabaseAsync();
        await CountAsync(Organization, Guid.NewGuid(), "default", "2026-11-01", 5);

        Assert.Empty((await TopAsync()).Succeeded().Output);

        Variables[EnvironmentVariables.AnalyticsDatabaseUrl] = DatabaseUrl;
        Assert.Contains("Example Ltd", (await TopAsync()).Succeeded().Output, StringComparison.Ordinal);
    }

    private Task<KeygenResult> TopAsync(params string[] more) => RunAsync(["top", "--from", "2026-11", "--to", "2026-12", .. more]);

    private Task CountAsync(Guid organization, Guid key, string route, string hour, long units) => ExecuteAsync($"""
        INSERT INTO usage_ledger (organization_id, api_key_id, route, hour, requests, billable_requests, billable_units, request_bytes, response_bytes)
        VALUES ('{organization}', '{key}', '{route}', '{hour}T00:00Z', 1, 1, {units}, 1, 1)
        """);
}
