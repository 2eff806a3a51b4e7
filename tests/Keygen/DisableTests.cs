using Gateway.Testing;

namespace Gateway.Keygen.Tests;

/// <summary>What can be taken back: disabled keys and suspended organizations.</summary>
public sealed class DisableTests(TestServers servers) : KeygenTest(servers)
{
    [Fact]
    public async Task Disabled_key_is_enabled_again_as_it_was()
    {
        var (id, _) = await CreateKeyAsync();

        var disabled = (await RunAsync("disable", $"{id}", "--json")).Succeeded().Json;
        Assert.Equal("disabled", disabled.GetProperty("status").GetString());
        Assert.True(await ScalarAsync<bool>($"SELECT disabled_at IS NOT NULL AND revoked_at IS NULL FROM api_keys WHERE id = '{id}'"));

        var enabled = (await RunAsync("enable", $"{id}", "--json")).Succeeded().Json;
        Assert.Equal("active", enabled.GetProperty("status").GetString());
        Assert.True(await ScalarAsync<bool>($"SELECT disabled_at IS NULL AND revoked_at IS NULL FROM api_keys WHERE id = '{id}'"));
    }

    [Fact]
    public async Task Disable_and_enable_of_what_is_so_already_is_a_conflict()
    {
        var (id, _) = await CreateKeyAsync();

        (await RunAsync("enable", $"{id}")).Refused(4, "is not disabled");
        (await RunAsync("disable", $"{id}")).Succeeded();
        var since = await ScalarAsync<DateTime>("SELECT disabled_at FROM api_keys");
        (await RunAsync("disable", $"{id}")).Refused(4, "is disabled already");
        Assert.Equal(since, await ScalarAsync<DateTime>("SELECT disabled_at FROM api_keys"));
    }

    [Fact]
    public async Task Revoked_key_can_be_neither_disabled_nor_enabled()
    {
        var (id, _) = await CreateKeyAsync();
        (await RunAsync("disable", $"{id}")).Succeeded();
        (await RunAsync("revoke", $"{id}", "--yes")).Succeeded();

        (await RunAsync("enable", $"{id}")).Refused(4, "is revoked, for ever");
        (await RunAsync("disable", $"{id}")).Refused(4, "is revoked already");
    }

    [Fact]
    public async Task Rotate_of_a_disabled_key_is_a_conflict_with_and_without_grace()
    {
        var (id, _) = await CreateKeyAsync();
        (await RunAsync("disable", $"{id}")).Succeeded();

        (await RunAsync("rotate", $"{id}", "--yes")).Refused(4, "enable it first");
        (await RunAsync("rotate", $"{id}", "--yes", "--grace", "1h")).Refused(4, "enable it first");
    }

    [Fact]
    public async Task Suspended_organization_is_resumed()
    {
        var (id, _) = await CreateKeyAsync();

        var suspended = (await RunAsync("org", "suspend", "example ltd", "--json")).Succeeded().Json;
        Assert.Equal("suspended", suspended.GetProperty("status").GetString());
        Assert.True(suspended.TryGetProperty("gateways", out _));
        Assert.Equal("organization-suspended", (await RunAsync("show", $"{id}", "--json")).Json.GetProperty("status").GetString());

        Assert.Equal("active", (await RunAsync("org", "resume", $"{Organization}", "--json")).Succeeded().Json.GetProperty("status").GetString());
        Assert.Equal("active", (await RunAsync("show", $"{id}", "--json")).Json.GetProperty("status").GetString());
    }

    [Fact]
    public async Task Suspending_and_resuming_what_is_so_already_is_a_conflict()
    {
        (await RunAsync("org", "resume", $"{Organization}")).Refused(4, "is not suspended");
        (await RunAsync("org", "suspend", $"{Organization}")).Succeeded();
        (await RunAsync("org", "suspend", $"{Organization}")).Refused(4, "is suspended already");
    }

    [Theory]
    [InlineData("disable", "abcdef", "there is no key")]
    [InlineData("enable", "abcdef", "there is no key")]
    [InlineData("org suspend", "nobody", "there is no organization")]
    [InlineData("org resume", "nobody", "there is no organization")]
    public async Task What_does_not_exist_is_not_found(string command, string what, string problem) =>
        (await RunAsync([.. command.Split(' '), what])).Refused(3, problem);
}
