using System.Text.Json;
using Gateway.Testing;

namespace Gateway.Keygen.Tests;

/// <summary>Limits of keys and routes, and limits that refuse nothing.</summary>
public sealed class LimitSubjectTests(TestServers servers) : KeygenTest(servers)
{
    [Fact]
    public async Task Limit_of_a_key_and_of_a_route_stand_beside_those_of_the_organization()
    {
        var (key, _) = await CreateKeyAsync();
        (await SetAsync("--per-minute", "600")).Succeeded();
        (await SetAsync("--key-id", $"{key}"[..8], "--per-minute", "60", "--burst-per-minute", "20", "--shadow")).Succeeded();

        var json = (await SetAsync("--route", "reports", "--per-minute", "10", "--json")).Succeeded().Json;

        Assert.Equal((600, 600, false), Read(json.GetProperty("perMinute")));
        Assert.Equal(JsonValueKind.Null, json.GetProperty("perDay").ValueKind);
        var ofKey = Assert.Single(json.GetProperty("keys").EnumerateArray());
        Assert.Equal((key, "web shop"), (ofKey.GetProperty("apiKeyId").GetGuid(), ofKey.GetProperty("apiKeyName").GetString()));
        Assert.Equal((60, 20, true), Read(ofKey.GetProperty("perMinute")));
        var ofRoute = Assert.Single(json.GetProperty("routes").EnumerateArray());
        Assert.Equal("reports", ofRoute.GetProperty("route").GetString());
        Assert.Equal((10, 10, false), Read(ofRoute.GetProperty("perMinute")));
        var lines = (await ShowAsync()).OutputLines;
        Assert.Matches(@"^minute\t600\t600\t[^\t]+\tno\t\t\t$", lines[0]);
        Assert.Equal("day\tdefault\tdefault\t\tno\t\t\t", lines[1]);
        Assert.Matches($@"^minute\t60\t20\t[^\t]+\tyes\t{key}\tweb shop\t$", lines[2]);
        Assert.Matches(@"^minute\t10\t10\t[^\t]+\tno\t\t\treports$", lines[3]);
    }

    [Fact]
    public async Task Shadow_mark_stays_until_it_is_taken_away_and_a_new_limit_is_enforced()
    {
        Assert.Equal((60, 60, false), Read((await SetAsync("--route", "reports", "--per-minute", "60", "--json")).Json.GetProperty("routes")[0].GetProperty("perMinute")));
        Assert.Equal((60, 60, true), Read((await SetAsync("--route", "reports", "--shadow", "--json")).Json.GetProperty("routes")[0].GetProperty("perMinute")));
        Assert.Equal((5, 5, true), Read((await SetAsync("--route", "reports", "--per-minute", "5", "--json")).Json.GetProperty("routes")[0].GetProperty("perMinute")));
        Assert.Equal((5, 5, false), Read((await SetAsync("--route", "reports", "--no-shadow", "--json")).Json.GetProperty("routes")[0].GetProperty("perMinute")));
    }

    [Fact]
    public async Task Mark_without_a_limit_to_mark_is_refused_and_changes_nothing()
    {
        (await SetAsync("--per-minute", "60")).Succeeded();

        (await SetAsync("--route", "reports", "--shadow")).Refused(3, "there is no limit of its own to mark");

        Assert.Equal(1, await ScalarAsync<long>("SELECT count(*) FROM rate_limit_configs WHERE NOT is_shadow"));
    }

    [Fact]
    public async Task Key_of_another_organization_is_refused()
    {
        var (key, _) = await CreateKeyAsync();
        var other = Guid.Parse((await RunAsync("org", "create", "Other Ltd")).Succeeded().OutputLines.Single());

        (await RunAsync("limits", "set", "--org-id", $"{other}", "--key-id", $"{key}", "--per-minute", "5")).Refused(3, "belongs to Example Ltd, not to Other Ltd");
        (await RunAsync("limits", "unset", "--org-id", $"{other}", "--key-id", $"{key}")).Refused(3, "belongs to Example Ltd, not to Other Ltd");
        (await RunAsync("limits", "set", "--org-id", $"{other}", "--key-id", $"{Guid.NewGuid()}", "--per-minute", "5")).Refused(3, "there is no key");

        Assert.Equal(0, await ScalarAsync<long>("SELECT count(*) FROM rate_limit_configs"));
    }

    [Fact]
    public async Task Revoked_key_gets_no_limit_but_can_lose_one()
    {
        var (key, _) = await CreateKeyAsync();
        (await SetAsync("--key-id", $"{key}", "--per-minute", "5")).Succeeded();
        (await RunAsync("revoke", $"{key}", "--yes")).Succeeded();

        (await SetAsync("--key-id", $"{key}", "--per-minute", "6")).Refused(4, "is revoked, for ever");

        Assert.Equal(0, (await UnsetAsync("--key-id", $"{key}", "--json")).Succeeded().Json.GetProperty("keys").GetArrayLength());
    }

    [Fact]
    public async Task Unset_removes_what_it_names_and_nothing_else()
    {
        var (key, _) = await CreateKeyAsync();
        (await SetAsync("--per-minute", "600", "--per-day", "1000")).Succeeded();
        (await SetAsync("--key-id", $"{key}", "--per-minute", "60")).Succeeded();
        (await SetAsync("--route", "reports", "--per-minute", "10")).Succeeded();
        (await SetAsync("--route", "search", "--per-minute", "11")).Succeeded();

        Assert.Equal(["search"], Routes(await UnsetAsync("--route", "reports", "--json")));
        var withoutKey = await UnsetAsync("--key-id", $"{key}", "--json");
        Assert.Equal(0, withoutKey.Json.GetProperty("keys").GetArrayLength());
        Assert.Equal((600, 600, false), Read(withoutKey.Json.GetProperty("perMinute")));
        var defaults = await UnsetAsync("--json");
        Assert.Equal(JsonValueKind.Null, defaults.Json.GetProperty("perDay").ValueKind);
        Assert.Equal(["search"], Routes(defaults));
        Assert.Empty(Routes(await UnsetAsync("--all", "--json")));
    }

    [Fact]
    public async Task Limits_shadow_puts_all_limits_into_shadow_and_back_the_defaults_too()
    {
        var on = (await RunAsync("limits", "shadow", "on", "--org-id", $"{Organization}")).Succeeded();

        Assert.Equal(["minute\tdefault\tdefault\t\tyes\t\t\t", "day\tdefault\tdefault\t\tyes\t\t\t"], on.OutputLines);
        Assert.Contains("All limits of Example Ltd are in shadow and refuse nothing.", on.Error, StringComparison.Ordinal);
        Assert.True((await RunAsync("limits", "shadow", "on", "--org-id", $"{Organization}", "--json")).Succeeded().Json.GetProperty("areShadow").GetBoolean());
        Assert.True(await ScalarAsync<bool>("SELECT limits_are_shadow FROM organizations"));
        Assert.False((await RunAsync("limits", "shadow", "off", "--org-id", $"{Organization}", "--json")).Succeeded().Json.GetProperty("areShadow").GetBoolean());
        Assert.False(await ScalarAsync<bool>("SELECT limits_are_shadow FROM organizations"));
    }

    [Theory]
    [InlineData("")]
    [InlineData("--grace 1h")]
    public async Task Key_that_takes_the_place_of_another_has_its_limit(string grace)
    {
        var (key, _) = await CreateKeyAsync();
        (await SetAsync("--key-id", $"{key}", "--per-minute", "60", "--burst-per-minute", "7", "--shadow")).Succeeded();

        var successor = (await RunAsync(["rotate", $"{key}", "--yes", "--json", .. grace.Split(' ', StringSplitOptions.RemoveEmptyEntries)])).Succeeded().Json.GetProperty("id").GetGuid();

        var keys = (await ShowAsync("--json")).Json.GetProperty("keys").EnumerateArray().ToDictionary(limit => limit.GetProperty("apiKeyId").GetGuid());
        Assert.Equal((60, 7, true), Read(keys[successor].GetProperty("perMinute")));
    }

    private static (long Limit, long Burst, bool IsShadow) Read(JsonElement limit) =>
        (limit.GetProperty("limitUnits").GetInt64(), limit.GetProperty("burstUnits").GetInt64(), limit.GetProperty("isShadow").GetBoolean());

    private static string[] Routes(KeygenResult result) =>
        [.. result.Succeeded().Json.GetProperty("routes").EnumerateArray().Select(limit => limit.GetProperty("route").GetString()!)];

    private Task<KeygenResult> SetAsync(params string[] more) => RunAsync(["limits", "set", "--org-id", $"{Organization}", .. more]);

    private Task<KeygenResult> UnsetAsync(params string[] more) => RunAsync(["limits", "unset", "--org-id", $"{Organization}", .. more]);

    private async Task<KeygenResult> ShowAsync(params string[] more) =>
        (await RunAsync(["limits", "show", "--org-id", $"{Organization}", .. more])).Succeeded();
}
