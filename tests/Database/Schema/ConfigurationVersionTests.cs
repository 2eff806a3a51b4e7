using Dapper;
using Gateway.Database.Tests.Databases;
using Gateway.Testing;
using Npgsql;

namespace Gateway.Database.Tests.Schema;

public sealed class ConfigurationVersionTests(TestServers servers)
{
    private const string One = "00000000-0000-0000-0000-000000000001";
    private const string Two = "00000000-0000-0000-0000-000000000002";

    private const string Given =
        $"""
        INSERT INTO organizations (id, name) VALUES ('{One}', 'One'), ('{Two}', 'Two');
        INSERT INTO rate_limit_configs VALUES ('{One}', 'minute', 1, 1);
        INSERT INTO quotas (organization_id, units_per_month) VALUES ('{One}', 1);
        INSERT INTO backends (organization_id, addresses) VALUES ('{One}', array['http://one']);
        INSERT INTO api_keys (id, organization_id, name, key_hash, key_prefix) VALUES ('{One}', '{One}', 'key', sha256('x'), 'sk_live_abcd');
        """;

    [Theory]
    [InlineData("UPDATE organizations SET status = 'suspended'", "organizations", 2)]
    [InlineData("UPDATE api_keys SET revoked_at = now()", "api_keys", 1)]
    [InlineData("UPDATE rate_limit_configs SET limit_units = 2", "organizations", 1)]
    [InlineData("DELETE FROM rate_limit_configs", "organizations", 1)]
    [InlineData($"INSERT INTO rate_limit_configs VALUES ('{Two}', 'day', 1, 1)", "organizations", 1)]
    [InlineData($"UPDATE rate_limit_configs SET organization_id = '{Two}'", "organizations", 2)]
    [InlineData("UPDATE rate_limit_configs SET is_shadow = true", "organizations", 1)]
    [InlineData("UPDATE organizations SET limits_are_shadow = true", "organizations", 2)]
    [InlineData("UPDATE quotas SET units_per_month = 2", "organizations", 1)]
    [InlineData("DELETE FROM quotas", "organizations", 1)]
    [InlineData($"INSERT INTO quotas (organization_id, units_per_month) VALUES ('{Two}', 1)", "organizations", 1)]
    [InlineData("UPDATE backends SET addresses = array['http://two']", "organizations", 1)]
    [InlineData("DELETE FROM backends", "organizations", 1)]
    public async Task Change_gives_what_changed_the_next_version(string change, string table, int changedRows)
    {
        var database = await TestDatabase.CreateMigratedAsync(servers);
        await database.ExecuteAsync(Given);
        await using var connection = await database.ConnectAsync();
        var before = await VersionAsync(connection);

        await connection.ExecuteAsync(change);

        Assert.Equal(before + 1, await VersionAsync(connection));
        Assert.Equal(changedRows, await connection.ExecuteScalarAsync<int>($"SELECT count(*) FROM {table} WHERE version > {before}"));
        Assert.Equal(changedRows, await connection.ExecuteScalarAsync<int>($"SELECT count(*) FROM {table} WHERE version = {before + 1}"));
    }

    [Theory]
    [InlineData("DELETE FROM api_keys")]
    [InlineData("TRUNCATE api_keys CASCADE")]
    [InlineData($"DELETE FROM organizations WHERE id = '{Two}'")]
    [InlineData("TRUNCATE rate_limit_configs")]
    [InlineData("TRUNCATE quotas")]
    [InlineData("TRUNCATE backends")]
    public async Task Rows_that_disappear_ask_for_everything_to_be_read_again(string change)
    {
        var database = await TestDatabase.CreateMigratedAsync(servers);
        await database.ExecuteAsync(Given);
        await using var connection = await database.ConnectAsync();

        await connection.ExecuteAsync(change);

        Assert.Equal(
            await VersionAsync(connection), await connection.ExecuteScalarAsync<long>("SELECT reload_version FROM configuration_version"));
    }

    [Fact]
    public async Task Versions_become_visible_in_their_order()
    {
        var database = await TestDatabase.CreateMigratedAsync(servers);
        await database.ExecuteAsync(Given);
        await using var first = await database.ConnectAsync();
        await using var second = await database.ConnectAsync();
        await using var transaction = await first.BeginTransactionAsync(TestContext.Current.CancellationToken);
        await first.ExecuteAsync($"UPDATE organizations SET name = 'A' WHERE id = '{One}'", transaction: transaction);

        // Another row, but it must wait: were it visible first, a reader would take its version for all that there is.
        var later = second.ExecuteAsync($"UPDATE organizations SET name = 'B' WHERE id = '{Two}'");
        await Eventually.IsTrueAsync(() => database.ReadAsync<bool>("SELECT exists (SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock')"), "the second waits");
        Assert.False(later.IsCompleted);

        await transaction.CommitAsync(TestContext.Current.CancellationToken);
        await later;
        var versions = await database.ReadAsync<bool>(
            $"SELECT (SELECT version FROM organizations WHERE id = '{One}') < (SELECT version FROM organizations WHERE id = '{Two}')");
        Assert.True(versions);
    }

    [Fact]
    public async Task A_transaction_has_one_version_and_none_when_it_is_undone()
    {
        var database = await TestDatabase.CreateMigratedAsync(servers);
        await database.ExecuteAsync(Given);
        await using var connection = await database.ConnectAsync();
        var before = await VersionAsync(connection);

        await connection.ExecuteAsync($"BEGIN; UPDATE organizations SET name = 'A'; UPDATE api_keys SET name = 'b'; COMMIT");
        Assert.Equal(before + 1, await VersionAsync(connection));

        await connection.ExecuteAsync("BEGIN; SAVEPOINT s; UPDATE api_keys SET name = 'c'; ROLLBACK TO s; UPDATE organizations SET name = 'd'; COMMIT");
        Assert.Equal(before + 2, await VersionAsync(connection));

        await connection.ExecuteAsync("BEGIN; UPDATE api_keys SET name = 'e'; ROLLBACK");
        Assert.Equal(before + 2, await VersionAsync(connection));
    }

    private static Task<long> VersionAsync(NpgsqlConnection connection) =>
        connection.ExecuteScalarAsync<long>("SELECT version FROM configuration_version");
}
