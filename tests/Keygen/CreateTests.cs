using System.Security.Cryptography;
using System.Text;
using Gateway.Contracts.ApiKeys;
using Gateway.Testing;
using Npgsql;

namespace Gateway.Keygen.Tests;

public sealed class CreateTests(TestServers servers) : KeygenTest(servers)
{
    [Fact]
    public async Task Create_prints_the_key_alone_on_stdout()
    {
        var result = (await RunAsync("create", "--org-id", $"{Organization}", "--name", "web shop")).Succeeded();

        var key = result.Output.TrimEnd('\n');
        Assert.Equal(key + "\n", result.Output);
        Assert.True(ApiKeyFormat.IsWellFormed(key));
        Assert.StartsWith("sk_live_", key, StringComparison.Ordinal);
        Assert.Contains("only this once", result.Error, StringComparison.Ordinal);
        Assert.DoesNotContain(key, result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Create_prints_the_key_alone_on_a_terminal_too() =>
        Assert.True(ApiKeyFormat.IsWellFormed(
            (await RunAtTerminalAsync(string.Empty, "create", "--org-id", $"{Organization}", "--name", "x")).Succeeded().Output.TrimEnd('\n')));

    [Fact]
    public async Task Create_json_is_one_object_with_the_key()
    {
        var json = (await RunAsync(
            "create", "--org-id", "Example Ltd", "--name", "ci", "--environment", "test", "--expires", "2100-01-31T18:00+02:00", "--json")).Succeeded().Json;

        Assert.Equal(
            ["key", "id", "organizationId", "organizationName", "name", "environment", "prefix", "status", "createdAt", "expiresAt", "revokedAt", "rotatedFrom", "scopes", "networks", "disabledAt", "lastUsedAt", "rotatedTo"],
            json.EnumerateObject().Select(property => property.Name));
        var key = json.GetProperty("key").GetString()!;
        Assert.True(ApiKeyFormat.IsWellFormed(key));
        Assert.StartsWith("sk_test_", key, StringComparison.Ordinal);
        Assert.Equal(key[..12], json.GetProperty("prefix").GetString());
        Assert.Equal(Organization, json.GetProperty("organizationId").GetGuid());
        Assert.Equal("ci", json.GetProperty("name").GetString());
        Assert.Equal("test", json.GetProperty("environment").GetString());
        Assert.Equal("active", json.GetProperty("status").GetString());
        Assert.Equal("2100-01-31T16:00:00Z", json.GetProperty("expiresAt").GetString());
    }

    [Fact]
    public async Task Created_key_is_stored_as_its_hash()
    {
        var (id, key) = await CreateKeyAsync();

        Assert.Equal(SHA256.HashData(Encoding.ASCII.GetBytes(key)), await ScalarAsync<byte[]>($"SELECT key_hash FROM api_keys WHERE id = '{id}'"));
    }

    [Fact]
    public async Task Database_never_contains_the_key()
    {
        var (_, key) = await CreateKeyAsync();
        var hidden = key[ApiKeyFormat.DisplayLength..];

        await using var connection = await ConnectAsync();
        var tables = new List<string>();
        await using (var command = new NpgsqlCommand("SELECT format('%I', tablename) FROM pg_tables WHERE schemaname = 'public'", connection))
        await using (var reader = await command.ExecuteReaderAsync())
        {
            while (await reader.ReadAsync())
            {
                tables.Add(reader.GetString(0));
            }
        }

        Assert.Contains("api_keys", tables);
        foreach (var table in tables)
        {
            Assert.Equal(0, await ScalarAsync<long>($"SELECT count(*) FROM {table} AS t WHERE t::text LIKE '%{hidden}%'"));
        }
    }

    [Theory]
    [InlineData("90d", 90 * 24 * 60)]
    [InlineData("2w", 14 * 24 * 60)]
    [InlineData("12h", 12 * 60)]
    [InlineData("30m", 30)]
    public async Task Expires_after_a_duration_counts_from_now(string duration, int minutes)
    {
        var json = (await RunAsync("create", "--org-id", $"{Organization}", "--name", "x", "--expires", duration, "--json")).Succeeded().Json;

        var expected = Clock.Now.AddMinutes(minutes);
        Assert.InRange(json.GetProperty("expiresAt").GetDateTimeOffset(), expected.AddMilliseconds(-1), expected.AddMilliseconds(1));
    }

    [Fact]
    public async Task Create_takes_a_name_that_begins_with_an_at_sign_as_it_is()
    {
        var (id, _) = await CreateKeyAsync("@web");

        Assert.Equal("@web", await ScalarAsync<string>($"SELECT name FROM api_keys WHERE id = '{id}'"));
    }

    [Fact]
    public async Task Create_leaves_no_key_behind_that_could_not_be_handed_over()
    {
        var result = await RunAsync(
            surroundings => surroundings with { Output = new BrokenWriter() }, "create", "--org-id", $"{Organization}", "--name", "lost");

        result.Refused(1, "nothing was changed");
        Assert.Equal(0, await ScalarAsync<long>("SELECT count(*) FROM api_keys"));
    }
}
