using Gateway.Testing;
using Npgsql;

namespace Gateway.Keygen.Tests;

/// <summary>Rotation in which both keys work for a while.</summary>
public sealed class RotateGraceTests(TestServers servers) : KeygenTest(servers)
{
    [Fact]
    public async Task Old_key_works_until_the_grace_is_over()
    {
        var (id, _) = await CreateKeyAsync();

        var result = (await RunAsync("rotate", $"{id}", "--grace", "24h", "--yes")).Succeeded();

        Assert.Matches($@"(?m)^Key {id} works until \d{{4}}-\d\d-\d\dT\d\d:\d\d:\d\dZ; its successor:$", result.Error);
        Assert.True(await ScalarAsync<bool>($"""
            SELECT old.revoked_at IS NULL AND old.expires_at = new.created_at + interval '24 hours' AND new.expires_at IS NULL
            FROM api_keys AS old JOIN api_keys AS new ON new.rotated_from = old.id WHERE old.id = '{id}'
            """));
    }

    [Fact]
    public async Task Grace_never_prolongs_a_key_and_the_successor_keeps_the_expiry()
    {
        var (id, _) = await CreateKeyAsync("x", "--expires", "2h");

        (await RunAsync("rotate", $"{id}", "--grace", "24h", "--yes")).Succeeded();

        Assert.True(await ScalarAsync<bool>($"""
            SELECT old.expires_at < now() + interval '3 hours' AND new.expires_at = old.expires_at
            FROM api_keys AS old JOIN api_keys AS new ON new.rotated_from = old.id WHERE old.id = '{id}'
            """));
    }

    [Theory]
    [InlineData("--grace", "24h")]
    [InlineData("--wait", "0")]
    public async Task Key_is_rotated_once(string option, string value)
    {
        var (id, _) = await CreateKeyAsync();
        var successor = (await RunAsync("rotate", $"{id}", "--grace", "24h", "--yes", "--json")).Succeeded().Json.GetProperty("id").GetGuid();

        (await RunAsync("rotate", $"{id}", "--yes", option, value)).Refused(4, $"has been rotated already; rotate its successor {successor}");

        Assert.Equal(2, await ScalarAsync<long>("SELECT count(*) FROM api_keys WHERE revoked_at IS NULL"));
    }

    [Fact]
    public async Task Rotate_by_two_at_once_succeeds_once_with_a_grace_too()
    {
        var (id, _) = await CreateKeyAsync();
        await using var connection = await ConnectAsync();
        await using var holding = await connection.BeginTransactionAsync();
        await using (var hold = new NpgsqlCommand("SELECT FROM api_keys FOR UPDATE", connection))
        {
            await hold.ExecuteNonQueryAsync();
        }

        Task<KeygenResult>[] rotating = [RunAsync("rotate", $"{id}", "--grace", "1h", "--yes"), RunAsync("rotate", $"{id}", "--grace", "1h", "--yes")];
        await Eventually.EqualsAsync(2, () => ScalarAsync<long>(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"));
        await holding.RollbackAsync();
        var results = await Task.WhenAll(rotating);

        Assert.Equal([0, 4], results.Select(result => result.ExitCode).Order());
        results.Single(result => result.ExitCode == 4).Refused(4, "has been rotated already");
        Assert.Equal(2, await ScalarAsync<long>("SELECT count(*) FROM api_keys"));
    }

    [Fact]
    public async Task Grace_is_part_of_the_question()
    {
        var (id, _) = await CreateKeyAsync();

        Assert.Contains("It stops working in 24 h, for ever. [y/N]", (await RunAtTerminalAsync("n", "rotate", $"{id}", "--grace", "24h")).Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Rotate_with_a_grace_changes_nothing_when_the_new_key_cannot_be_handed_over()
    {
        var (id, _) = await CreateKeyAsync();

        (await RunAsync(surroundings => surroundings with { Output = new BrokenWriter() }, "rotate", $"{id}", "--grace", "1h", "--yes", "--json"))
            .Refused(1, "nothing was changed");

        Assert.Equal(1, await ScalarAsync<long>("SELECT count(*) FROM api_keys WHERE expires_at IS NULL"));
    }
}
