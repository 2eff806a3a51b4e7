using Gateway.Testing;

namespace Gateway.Keygen.Tests;

public sealed class RevokeTests(TestServers servers) : KeygenTest(servers)
{
    [Fact]
    public async Task Revoke_revokes_the_key_from_now_on()
    {
        var (id, _) = await CreateKeyAsync();

        var result = (await RunAsync("revoke", $"{id}", "--yes")).Succeeded();

        Assert.Empty(result.Output);
        Assert.Contains("is revoked since", result.Error, StringComparison.Ordinal);
        Assert.True(await IsRevokedAsync(id));
    }

    [Fact]
    public async Task Revoke_json_is_the_revoked_key()
    {
        var (id, _) = await CreateKeyAsync();

        var json = (await RunAsync("revoke", $"{id}", "--yes", "--json")).Succeeded().Json;

        Assert.Equal(id, json.GetProperty("id").GetGuid());
        Assert.Equal("revoked", json.GetProperty("status").GetString());
        Assert.Equal(
            await ScalarAsync<DateTime>($"SELECT revoked_at FROM api_keys WHERE id = '{id}'"), json.GetProperty("revokedAt").GetDateTime());
    }

    [Fact]
    public async Task Revoke_of_a_revoked_key_succeeds_and_keeps_its_time()
    {
        var (id, _) = await CreateKeyAsync();
        var first = (await RunAsync("revoke", $"{id}", "--yes", "--json")).Succeeded().Json.GetProperty("revokedAt").GetString();

        var again = (await RunAsync("revoke", $"{id}", "--yes", "--json")).Succeeded();

        Assert.Equal(first, again.Json.GetProperty("revokedAt").GetString());
        Assert.Contains("was revoked already", again.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Revoke_tells_every_gateway()
    {
        var (id, _) = await CreateKeyAsync();
        await using var connection = await ConnectAsync();
        await using (var listen = new Npgsql.NpgsqlCommand("LISTEN organization_changed", connection))
        {
            await listen.ExecuteNonQueryAsync();
        }

        var heard = new TaskCompletionSource<string>();
        connection.Notification += (_, notification) => heard.TrySetResult(notification.Payload);
        (await RunAsync("revoke", $"{id}", "--yes")).Succeeded();
        await connection.WaitAsync(TimeSpan.FromSeconds(30), default);

        Assert.Equal($"{Organization}", await heard.Task);
    }

    [Fact]
    public async Task Revoke_without_a_terminal_needs_yes()
    {
        var (id, _) = await CreateKeyAsync();

        (await RunAsync("revoke", $"{id}")).Refused(2, "add --yes");

        Assert.False(await IsRevokedAsync(id));
    }

    [Theory]
    [InlineData("y", true)]
    [InlineData("YES", true)]
    [InlineData("n", false)]
    [InlineData("", false)]
    [InlineData("yellow", false)]
    public async Task Revoke_on_a_terminal_asks_first(string answer, bool isRevoked)
    {
        var (id, _) = await CreateKeyAsync();

        var result = await RunAtTerminalAsync(answer, "revoke", $"{id}");

        Assert.Contains("\"web shop\" of Example Ltd, for ever? [y/N]", result.Error, StringComparison.Ordinal);
        Assert.Equal(isRevoked ? 0 : 1, result.ExitCode);
        Assert.Equal(isRevoked, await IsRevokedAsync(id));
    }

    [Fact]
    public async Task Revoke_takes_the_beginning_of_an_id()
    {
        var (id, _) = await CreateKeyAsync();

        (await RunAsync("revoke", $"{id}"[..8].ToUpperInvariant(), "--yes")).Succeeded();

        Assert.True(await IsRevokedAsync(id));
    }

    [Fact]
    public async Task Revoke_of_an_unknown_key_is_not_found() =>
        (await RunAsync("revoke", "00000000-0000-0000-0000-00000000dead", "--yes")).Refused(3, "there is no key");

    [Fact]
    public async Task Revoke_of_what_could_be_several_keys_is_a_conflict_and_revokes_none()
    {
        await ExecuteAsync($"""
            INSERT INTO api_keys (id, organization_id, name, key_hash, key_prefix)
            SELECT format('abcd0000-0000-0000-0000-0000000000%s', n)::uuid, '{Organization}', 'n', sha256(n::text::bytea), 'sk_live_abcd'
            FROM generate_series(10, 30) AS n
            """);

        var result = await RunAsync("revoke", "abcd", "--yes");

        result.Refused(4, "more than one key");
        Assert.Contains("abcd0000-0000-0000-0000-000000000010", result.Error, StringComparison.Ordinal);
        Assert.Contains("and more", result.Error, StringComparison.Ordinal);
        Assert.Equal(0, await ScalarAsync<long>("SELECT count(*) FROM api_keys WHERE revoked_at IS NOT NULL"));
    }

    private Task<bool> IsRevokedAsync(Guid id) => ScalarAsync<bool>($"SELECT revoked_at IS NOT NULL FROM api_keys WHERE id = '{id}'");
}
