using Gateway.Contracts.ApiKeys;

namespace Gateway.Keygen.Tests;

/// <summary>Scopes, networks and durations that cannot be right. There is no database here: nothing is tried.</summary>
public sealed class RestrictionRefusalTests : CommandLineTest
{
    private const string Key = "3f2c9a1e";

    [Theory]
    [InlineData("")]
    [InlineData("a,")]
    [InlineData("Reports")]
    [InlineData("two words")]
    [InlineData(":read")]
    [InlineData("a\n")]
    [InlineData("*")]
    [InlineData("aaaaaaaaaabbbbbbbbbbccccccccccddddddddddeeeeeeeeeeffffffffff12345")]
    public async Task Scope_that_is_none_is_refused(string scope) => await RefusesAsync("--scope", scope, "is no scope; allowed is 1 to 64");

    [Fact]
    public async Task Key_given_as_a_scope_is_not_repeated()
    {
        var key = ApiKeyFormat.Generate(ApiKeyEnvironment.Live);

        var result = await RunAsync("create", "--org-id", "x", "--name", "x", "--scope", key);

        result.Refused(2, "contains an API key");
        Assert.DoesNotContain(key[..13], result.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "is no network")]
    [InlineData("10.0.0.0/8,", "is no network")]
    [InlineData("example.com", "is no network")]
    [InlineData("10.1", "is no network")]
    [InlineData("010.0.0.0/8", "is no network")]
    [InlineData("0x0a000000/8", "is no network")]
    [InlineData("[::1]", "is no network")]
    [InlineData("fe80::1%eth0", "is no network")]
    [InlineData(" 10.0.0.0/8", "is no network")]
    [InlineData("10.0.0.0/33", "has no length from 0 to 32")]
    [InlineData("10.0.0.0/08", "has no length from 0 to 32")]
    [InlineData("10.0.0.0/255.0.0.0", "has no length from 0 to 32")]
    [InlineData("10.0.0.0/-1", "has no length from 0 to 32")]
    [InlineData("10.0.0.0/", "has no length from 0 to 32")]
    [InlineData("2001:db8::/129", "has no length from 0 to 128")]
    [InlineData("10.0.0.7/8", "has bits beyond its first 8; the network is 10.0.0.0/8, the one address 10.0.0.7")]
    [InlineData("10.0.0.7/0", "has bits beyond its first 0; the network is 0.0.0.0/0")]
    [InlineData("2001:db8::1/32", "the network is 2001:db8::/32")]
    [InlineData("::ffff:10.0.0.0/104", "write it as IPv4 (10.0.0.0)")]
    public async Task Network_that_is_none_is_refused(string network, string problem) => await RefusesAsync("--network", network, problem);

    [Fact]
    public async Task More_than_a_key_can_have_is_refused()
    {
        await RefusesAsync("--scope", string.Join(',', Enumerable.Range(0, 33)), "a key has 32 at most, and these are 33");
        await RefusesAsync("--network", string.Join(',', Enumerable.Range(0, 65).Select(n => $"10.{n}.0.0/16")), "a key has 64 at most, and these are 65");
    }

    [Theory]
    [InlineData("--scope a --no-scopes")]
    [InlineData("--network ::1 --any-network")]
    [InlineData("--expires 5d --never-expires")]
    public async Task Update_that_contradicts_itself_is_refused(string arguments) =>
        (await RunAsync(["update", Key, .. arguments.Split(' ')])).Refused(2, "contradict each other");

    [Fact]
    public async Task Update_without_a_change_is_refused() => (await RunAsync("update", Key)).Refused(2, "Nothing to change");

    [Theory]
    [InlineData("0")]
    [InlineData("59s")]
    [InlineData("91d")]
    [InlineData("13w")]
    [InlineData("-1h")]
    [InlineData("a day")]
    [InlineData("")]
    public async Task Grace_outside_its_range_is_refused(string grace) =>
        (await RunAsync("rotate", Key, "--grace", grace, "--yes")).Refused(2, "is no duration from 1m to 90d");

    [Theory]
    [InlineData("11m")]
    [InlineData("-1s")]
    [InlineData("soon")]
    [InlineData("10")]
    public async Task Wait_outside_its_range_is_refused(string wait)
    {
        foreach (var command in (string[])["revoke", "rotate", "disable", "org suspend"])
        {
            (await RunAsync([.. command.Split(' '), Key, "--wait", wait])).Refused(2, "is no duration from 0 to 10m");
        }
    }

    private async Task RefusesAsync(string option, string value, string problem)
    {
        (await RunAsync("create", "--org-id", "x", "--name", "x", option, value)).Refused(2, problem);
        (await RunAsync("update", Key, option, value)).Refused(2, problem);
    }
}
