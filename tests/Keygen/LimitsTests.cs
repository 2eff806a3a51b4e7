using System.Text.Json;
using Gateway.Testing;

namespace Gateway.Keygen.Tests;

public sealed class LimitsTests(TestServers servers) : KeygenTest(servers)
{
    [Fact]
    public async Task Limits_of_an_organization_without_its_own_are_the_defaults()
    {
        Assert.Equal(["minute\tdefault\tdefault\t\tno\t\t\t", "day\tdefault\tdefault\t\tno\t\t\t"], (await RunAsync("limits", "show", "--org-id", $"{Organization}")).OutputLines);
        var json = (await RunAsync("limits", "show", "--org-id", $"{Organization}", "--json")).Succeeded().Json;
        Assert.Equal(["organizationId", "organizationName", "perMinute", "perDay", "areShadow", "keys", "routes"], json.EnumerateObject().Select(property => property.Name));
        Assert.Equal(JsonValueKind.Null, json.GetProperty("perMinute").ValueKind);
    }

    [Fact]
    public async Task Limits_set_stores_limits_and_bursts()
    {
        var json = (await SetAsync("--per-minute", "60", "--burst-per-minute", "20", "--per-day", "10000", "--json")).Succeeded().Json;

        Assert.Equal((60, 20), Read(json.GetProperty("perMinute")));
        Assert.Equal((10000, 10000), Read(json.GetProperty("perDay")));
        var shown = (await RunAsync("limits", "show", "--org-id", $"{Organization}")).Succeeded().OutputLines;
        Assert.StartsWith("minute\t60\t20\t", shown[0], StringComparison.Ordinal);
        Assert.StartsWith("day\t10000\t10000\t", shown[1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Limits_set_leaves_alone_what_it_does_not_name()
    {
        (await SetAsync("--per-minute", "60", "--per-day", "10000")).Succeeded();

        var json = (await SetAsync("--per-minute", "5", "--json")).Succeeded().Json;

        Assert.Equal((5, 5), Read(json.GetProperty("perMinute")));
        Assert.Equal((10000, 10000), Read(json.GetProperty("perDay")));
    }

    [Fact]
    public async Task Limits_unset_goes_back_to_the_defaults()
    {
        (await SetAsync("--per-minute", "60", "--per-day", "10000")).Succeeded();

        (await RunAsync("limits", "unset", "--org-id", $"{Organization}")).Succeeded();
        (await RunAsync("limits", "unset", "--org-id", $"{Organization}")).Succeeded();

        Assert.Equal(0, await ScalarAsync<long>("SELECT count(*) FROM rate_limit_configs"));
    }

    [Fact]
    public async Task Limits_on_a_terminal_are_a_table_with_grouped_digits()
    {
        (await SetAsync("--per-day", "10000")).Succeeded();

        Assert.Contains("10,000", (await RunAtTerminalAsync(string.Empty, "limits", "show", "--org-id", $"{Organization}")).Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Largest_limit_is_stored() =>
        Assert.Equal((1000000000000, 1), Read((await SetAsync("--per-day", "1000000000000", "--burst-per-day", "1", "--json")).Succeeded().Json.GetProperty("perDay")));

    private static (long Limit, long Burst) Read(JsonElement limit) =>
        (limit.GetProperty("limitUnits").GetInt64(), limit.GetProperty("burstUnits").GetInt64());

    private Task<KeygenResult> SetAsync(params string[] more) => RunAsync(["limits", "set", "--org-id", $"{Organization}", .. more]);
}
