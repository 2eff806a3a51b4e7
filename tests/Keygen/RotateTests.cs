using Gateway.Contracts.ApiKeys;
using Gateway.Testing;

namespace Gateway.Keygen.Tests;

public sealed class RotateTests(TestServers servers) : KeygenTest(servers)
{
    [Fact]
    public async Task Rotate_prints_the_new_key_alone_on_stdout()
    {
        var (id, old) = await CreateKeyAsync();

        var result = (await RunAsync("rotate", $"{id}", "--yes")).Succeeded();

        var key = result.Output.TrimEnd('\n');
        Assert.True(ApiKeyFormat.IsWellFormed(key));
        Assert.NotEqual(old, key);
        Assert.DoesNotContain(key, result.Error, StringComparison.Ordinal);
        Assert.Equal(1, await ScalarAsync<long>(
            $"SELECT count(*) FROM api_keys WHERE key_hash = '\\x{Convert.ToHexString(ApiKeyHash.Of(key).ToArray())}' AND revoked_at IS NULL"));
    }

    [Fact]
    public async Task Rotated_key_keeps_organization_name_environment_and_expiry()
    {
        var (id, _) = await CreateKeyAsync("ci", "--environment", "test", "--expires", "2100-01-01T00:00:00.123456Z");

        var json = (await RunAsync("rotate", $"{id}", "--yes", "--json")).Succeeded().Json;

        Assert.StartsWith("sk_test_", json.GetProperty("key").GetString(), StringComparison.Ordinal);
        Assert.Equal(Organization, json.GetProperty("organizationId").GetGuid());
        Assert.Equal("ci", json.GetProperty("name").GetString());
        Assert.Equal("2100-01-01T00:00:00.123456Z", json.GetProperty("expiresAt").GetString());
        Assert.Equal(id, json.GetProperty("rotatedFrom").GetGuid());
    }

    [Fact]
    public async Task Rotate_revokes_the_old_key_at_the_moment_the_new_one_is_made()
    {
        var (id, _) = await CreateKeyAsync();

        (await RunAsync("rotate", $"{id}", "--yes")).Succeeded();

        Assert.True(await ScalarAsync<bool>(
            $"SELECT old.revoked_at = new.created_at FROM api_keys AS old JOIN api_keys AS new ON new.rotated_from = old.id WHERE old.id = '{id}'"));
    }

    [Fact]
    public async Task Rotate_changes_nothing_when_the_new_key_cannot_be_handed_over()
    {
        var (id, _) = await CreateKeyAsync();

        (await RunAsync(surroundings => surroundings with { Output = new BrokenWriter() }, "rotate", $"{id}", "--yes"))
            .Refused(1, "nothing was changed");

        Assert.Equal(1, await ScalarAsync<long>("SELECT count(*) FROM api_keys WHERE revoked_at IS NULL"));
        Assert.Equal(1, await ScalarAsync<long>("SELECT count(*) FROM api_keys"));
    }

    [Fact]
    public async Task Rotate_by_two_at_once_succeeds_once()
    {
        var (id, _) = await CreateKeyAsync();

        var results = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => RunAsync("rotate", $"{id}", "--yes")));

        Assert.Equal([0, 4, 4, 4], results.Select(result => result.ExitCode).Order());
        Assert.Equal(2, await ScalarAsync<long>("SELECT count(*) FROM api_keys"));
    }

    [Fact]
    public async Task Rotate_of_a_revoked_key_is_a_conflict()
    {
        var (id, _) = await CreateKeyAsync();
        (await RunAsync("revoke", $"{id}", "--yes")).Succeeded();

        (await RunAsync("rotate", $"{id}", "--yes")).Refused(4, "is revoked and cannot be rotated");
    }

    [Fact]
    public async Task Rotate_of_an_expired_key_is_a_conflict()
    {
        var (id, _) = await CreateKeyAsync();
        await ExecuteAsync("UPDATE api_keys SET expires_at = now() - interval '1 second'");

        (await RunAsync("rotate", $"{id}", "--yes")).Refused(4, "is expired and cannot be rotated");
    }

    [Fact]
    public async Task Rotate_without_a_terminal_needs_yes()
    {
        var (id, _) = await CreateKeyAsync();

        (await RunAsync("rotate", $"{id}")).Refused(2, "add --yes");
    }

    [Theory]
    [InlineData("y", 2)]
    [InlineData("n", 1)]
    public async Task Rotate_on_a_terminal_asks_first(string answer, long keys)
    {
        var (id, _) = await CreateKeyAsync();

        Assert.Contains("[y/N]", (await RunAtTerminalAsync(answer, "rotate", $"{id}")).Error, StringComparison.Ordinal);

        Assert.Equal(keys, await ScalarAsync<long>("SELECT count(*) FROM api_keys"));
    }

    [Fact]
    public async Task Rotate_of_an_unknown_key_is_not_found() => (await RunAsync("rotate", "abcdef", "--yes")).Refused(3, "there is no key");
}
