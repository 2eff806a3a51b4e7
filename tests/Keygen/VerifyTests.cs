using Gateway.Contracts.ApiKeys;
using Gateway.Testing;

namespace Gateway.Keygen.Tests;

public sealed class VerifyTests(TestServers servers) : KeygenTest(servers)
{
    [Fact]
    public async Task Key_that_works_says_whose_it_is_and_what_it_may()
    {
        var (id, key) = await CreateKeyAsync("shop", "--scope", "reports:read", "--network", "10.0.0.0/8");
        (await RunAsync("limits", "set", "--org-id", $"{Organization}", "--per-minute", "600")).Succeeded();
        (await RunAsync("limits", "set", "--org-id", $"{Organization}", "--key-id", $"{id}", "--per-minute", "60")).Succeeded();
        var (other, _) = await CreateKeyAsync("other");
        (await RunAsync("limits", "set", "--org-id", $"{Organization}", "--key-id", $"{other}", "--per-minute", "7")).Succeeded();

        var lines = (await VerifyAsync(key)).Succeeded().OutputLines;

        Assert.Equal(["works\tyes", "verdict\tactive", "reason\t", $"id\t{id}", $"key\t{key[..12]}…", "name\tshop", "organization\tExample Ltd"], lines[..7]);
        Assert.Contains("scopes\treports:read", lines);
        Assert.Contains("networks\t10.0.0.0/8", lines);
        Assert.Equal(
            ["limit per minute\t600 units, burst 600", "limit per day\tdefault", "own limit per minute\t60 units, burst 60"], lines[^3..]);
    }

    [Theory]
    [InlineData("revoke --yes", "revoked", "it was revoked on 2")]
    [InlineData("disable", "disabled", "it is disabled since 2")]
    public async Task Key_that_was_taken_away_says_since_when(string command, string verdict, string reason)
    {
        var (id, key) = await CreateKeyAsync();
        (await RunAsync([.. command.Split(' '), $"{id}"])).Succeeded();

        await AssertFailsAsync(key, verdict, reason);
    }

    [Fact]
    public async Task Key_that_has_expired_or_whose_organization_is_suspended_says_so()
    {
        var (id, key) = await CreateKeyAsync();
        (await RunAsync("org", "suspend", $"{Organization}")).Succeeded();
        await AssertFailsAsync(key, "organization-suspended", "its organization \"Example Ltd\" is suspended");

        await ExecuteAsync($"UPDATE api_keys SET expires_at = '2020-01-31T00:00Z' WHERE id = '{id}'");
        await AssertFailsAsync(key, "expired", "it has expired on 2020-01-31T00:00:00Z");
    }

    [Fact]
    public async Task Key_of_somebody_else_is_unknown() =>
        await AssertFailsAsync(ApiKeyFormat.Generate(ApiKeyEnvironment.Live), "unknown", "the database does not know it");

    [Theory]
    [InlineData("pk_live_0123456789abcdefghijklmnopqrstuv", "it does not begin with sk_live_ or sk_test_")]
    [InlineData("sk_live_0123456789abcdefghijklmnopqrstu", "it has 39 characters, and a key has 40")]
    [InlineData("sk_live_0123456789abcdefghijklmnopqrst-v", "it has a character that is neither a lower-case letter nor a digit")]
    [InlineData("sk_live_0123456789ABCDEFGHIJKLMNOPQRSTUV", "it has a character that is neither a lower-case letter nor a digit")]
    [InlineData("sk_live_0123456789abcdefghijklmnopqrstuv", "its checksum is wrong")]
    [InlineData("hunter2", "it does not begin with")]
    public async Task What_is_no_key_is_said_without_a_database(string key, string reason)
    {
        Variables.Clear();

        await AssertFailsAsync(key, "malformed", reason);
        await AssertFailsAsync(key, "malformed", reason, "--offline");
    }

    [Fact]
    public async Task Offline_only_the_key_itself_is_looked_at()
    {
        Variables.Clear();
        var key = ApiKeyFormat.Generate(ApiKeyEnvironment.Test);

        Assert.Equal(["works\tnot asked", "verdict\twell-formed", "reason\t"], (await VerifyAsync(key, "--offline")).Succeeded().OutputLines);
        (await VerifyAsync(key)).Refused(2, "DATABASE_URL is not set");
    }

    [Fact]
    public async Task Json_has_every_field_and_the_terminal_a_table()
    {
        var (id, key) = await CreateKeyAsync();

        var json = (await VerifyAsync(key, "--json")).Succeeded().Json;
        Assert.Equal(["works", "verdict", "reason", "key", "limits"], json.EnumerateObject().Select(property => property.Name));
        Assert.True(json.GetProperty("works").GetBoolean());
        Assert.Equal(id, json.GetProperty("key").GetProperty("id").GetGuid());
        Assert.Equal(Organization, json.GetProperty("limits").GetProperty("organizationId").GetGuid());

        var shown = (await RunAtTerminalAsync(key, "verify")).Succeeded();
        Assert.Equal("Key: ", shown.Error);
        Assert.Matches(@"works .*yes[\s\S]*organization .*Example Ltd", shown.Output);
        Assert.DoesNotContain(key[..13], shown.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("\n")]
    [InlineData("  \nsecond line")]
    public async Task No_key_at_all_is_a_usage_error(string input) => (await VerifyAsync(input)).Refused(2, "there is no key");

    [Fact]
    public async Task Input_without_an_end_is_not_read_to_its_end() =>
        Assert.Contains("does not begin with", (await RunAsync(surroundings => surroundings with { Input = new EndlessReader() }, "verify")).Error, StringComparison.Ordinal);

    private async Task AssertFailsAsync(string key, string verdict, string reason, params string[] more)
    {
        foreach (var result in (KeygenResult[])
            [await VerifyAsync(key, more), await VerifyAsync($"  {key}\r\nmore", ["-", .. more]), await RunAsync(["verify", key, .. more])])
        {
            Assert.Equal(1, result.ExitCode);
            Assert.Contains($"keygen: the key does not work: {reason}", result.Error, StringComparison.Ordinal);
            Assert.Equal(["works\tno", $"verdict\t{verdict}"], result.OutputLines[..2]);
            Assert.DoesNotContain(key.Length > 12 ? key[..13] : key, result.Output + result.Error, StringComparison.Ordinal);
            Assert.DoesNotContain(Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.ASCII.GetBytes(key)))[..8], result.Output, StringComparison.Ordinal);
        }

        var json = await VerifyAsync(key, ["--json", .. more]);
        Assert.Equal((1, false, verdict), (json.ExitCode, json.Json.GetProperty("works").GetBoolean(), json.Json.GetProperty("verdict").GetString()));
    }

    private Task<KeygenResult> VerifyAsync(string input, params string[] more) =>
        RunAsync(surroundings => surroundings with { Input = new StringReader(input) }, ["verify", .. more]);

    private sealed class EndlessReader : TextReader
    {
        public override int Read(char[] buffer, int index, int count)
        {
            buffer.AsSpan(index, count).Fill('x');
            return count;
        }
    }
}
