using Dapper;
using Gateway.Database.Tests.Databases;
using Gateway.Testing;
using Npgsql;

namespace Gateway.Database.Tests.Schema;

/// <summary>What limits and quotas can be in the database, however they get there.</summary>
public sealed class LimitTests(TestServers servers)
{
    private const string One = "00000000-0000-0000-0000-000000000001";
    private const string Two = "00000000-0000-0000-0000-000000000002";
    private const int LimitsOfOrganizationsOnly = 15;

    private const string Given =
        $"""
        INSERT INTO organizations (id, name) VALUES ('{One}', 'One'), ('{Two}', 'Two');
        INSERT INTO api_keys (id, organization_id, name, key_hash, key_prefix) VALUES
            ('{One}', '{One}', 'key', sha256('x'), 'sk_live_abcd'), ('{Two}', '{Two}', 'key', sha256('y'), 'sk_live_abcd');
        """;

    [Fact]
    public async Task Limit_is_for_an_organization_or_a_key_or_a_route()
    {
        await using var connection = await ConnectAsync();
        foreach (var (subject, period, problem) in ((string, string, string?)[])
            [
                ("NULL, NULL", "minute", null),
                ("NULL, NULL", "day", null),
                ($"'{One}', NULL", "minute", null),
                ("NULL, 'reports'", "minute", null),
                ("NULL, 'search'", "minute", null),
                ("NULL, NULL", "minute", PostgresErrorCodes.UniqueViolation),
                ($"'{One}', NULL", "minute", PostgresErrorCodes.UniqueViolation),
                ("NULL, 'reports'", "minute", PostgresErrorCodes.UniqueViolation),
                ($"'{One}', NULL", "day", PostgresErrorCodes.CheckViolation),
                ("NULL, 'reports'", "day", PostgresErrorCodes.CheckViolation),
                ($"'{Two}', 'reports'", "minute", PostgresErrorCodes.CheckViolation),
                ("NULL, ''", "minute", PostgresErrorCodes.CheckViolation),
                ("NULL, E'two\\nlines'", "minute", PostgresErrorCodes.CheckViolation),
                ("NULL, repeat('x', 201)", "minute", PostgresErrorCodes.CheckViolation),
                ($"'{Guid.NewGuid()}', NULL", "minute", PostgresErrorCodes.ForeignKeyViolation),
                ($"'{Two}', NULL", "minute", PostgresErrorCodes.ForeignKeyViolation),
            ])
        {
            Assert.Equal(problem, await ProblemAsync(
                connection,
                $"INSERT INTO rate_limit_configs (organization_id, period, api_key_id, route, limit_units, burst_units) VALUES ('{One}', '{period}', {subject}, 5, 5)"));
        }

        Assert.Equal(0, await connection.ExecuteScalarAsync<int>("SELECT count(*) FROM rate_limit_configs WHERE is_shadow"));
        Assert.Equal(0, await connection.ExecuteScalarAsync<int>("SELECT count(*) FROM organizations WHERE limits_are_shadow"));
    }

    [Fact]
    public async Task Limit_of_a_key_goes_with_the_key()
    {
        await using var connection = await ConnectAsync();
        await connection.ExecuteAsync(
            $"INSERT INTO rate_limit_configs (organization_id, period, api_key_id, limit_units, burst_units) VALUES ('{One}', 'minute', '{One}', 5, 5), ('{One}', 'minute', NULL, 5, 5)");

        await connection.ExecuteAsync($"DELETE FROM api_keys WHERE id = '{One}'");

        Assert.Equal(1, await connection.ExecuteScalarAsync<int>("SELECT count(*) FROM rate_limit_configs"));
    }

    [Theory]
    [InlineData("1, 'hard', 'UTC'", null)]
    [InlineData("1000000000000, 'soft', 'America/St_Johns'", null)]
    [InlineData("0, 'hard', 'UTC'", PostgresErrorCodes.CheckViolation)]
    [InlineData("1000000000001, 'hard', 'UTC'", PostgresErrorCodes.CheckViolation)]
    [InlineData("1, 'perhaps', 'UTC'", PostgresErrorCodes.CheckViolation)]
    [InlineData("1, 'hard', 'Europe/Entenhausen'", PostgresErrorCodes.InvalidParameterValue)]
    [InlineData("1, 'hard', ''", PostgresErrorCodes.InvalidParameterValue)]
    [InlineData("1, 'hard', NULL", PostgresErrorCodes.NotNullViolation)]
    public async Task Quota_has_units_an_enforcement_and_a_zone_that_postgresql_knows(string values, string? problem)
    {
        await using var connection = await ConnectAsync();

        Assert.Equal(problem, await ProblemAsync(
            connection, $"INSERT INTO quotas (organization_id, units_per_month, enforcement, time_zone) VALUES ('{One}', {values})"));
    }

    [Fact]
    public async Task Alert_is_written_once_for_each_quota_month_and_threshold()
    {
        await using var connection = await ConnectAsync();
        foreach (var (values, isNew) in ((string, bool)[])
            [
                ($"'{One}', '2026-11-01Z', 1000, 80", true),
                ($"'{One}', '2026-11-01Z', 1000, 80", false),
                ($"'{One}', '2026-11-01Z', 1000, 100", true),
                ($"'{One}', '2026-11-01Z', 2000, 80", true),
                ($"'{One}', '2026-12-01Z', 1000, 80", true),
                ($"'{Two}', '2026-11-01Z', 1000, 80", true),
            ])
        {
            Assert.Equal(isNew ? 1 : 0, await connection.ExecuteAsync(
                $"INSERT INTO quota_alerts (organization_id, month_start, quota_units, threshold, used_units) VALUES ({values}, 800) ON CONFLICT DO NOTHING"));
        }

        Assert.Equal(PostgresErrorCodes.CheckViolation, await ProblemAsync(
            connection, $"INSERT INTO quota_alerts (organization_id, month_start, quota_units, threshold, used_units) VALUES ('{One}', now(), 1, 50, 1)"));
    }

    [Fact]
    public async Task Limits_of_organizations_survive_the_way_down_and_up()
    {
        var database = await TestDatabase.CreateMigratedAsync(servers);
        await database.ExecuteAsync(Given);
        await database.ExecuteAsync(
            $"""
            INSERT INTO rate_limit_configs (organization_id, period, api_key_id, route, limit_units, burst_units, is_shadow) VALUES
                ('{One}', 'minute', NULL, NULL, 1, 2, true), ('{One}', 'day', NULL, NULL, 3, 4, false),
                ('{One}', 'minute', '{One}', NULL, 5, 6, false), ('{One}', 'minute', NULL, 'reports', 7, 8, false);
            INSERT INTO quotas (organization_id, units_per_month) VALUES ('{One}', 1000);
            """);

        await database.Runner().DownToAsync(LimitsOfOrganizationsOnly, default);
        await using (var connection = await database.ConnectAsync())
        {
            Assert.Equal(PostgresErrorCodes.UniqueViolation, await ProblemAsync(connection, $"INSERT INTO rate_limit_configs VALUES ('{One}', 'minute', 9, 9)"));
        }

        await database.Runner().UpAsync(default);

        Assert.Equal(
            ["minute 1 2 false", "day 3 4 false"],
            await database.QueryAsync<string>(
                "SELECT concat_ws(' ', period, limit_units, burst_units, CASE WHEN is_shadow THEN 'true' ELSE 'false' END) FROM rate_limit_configs ORDER BY limit_units"));
    }

    private static async Task<string?> ProblemAsync(NpgsqlConnection connection, string sql)
    {
        try
        {
            await connection.ExecuteAsync(sql);
            return null;
        }
        catch (PostgresException exception)
        {
            return exception.SqlState;
        }
    }

    private async Task<NpgsqlConnection> ConnectAsync()
    {
        var database = await TestDatabase.CreateMigratedAsync(servers);
        await database.ExecuteAsync(Given);
        return await database.ConnectAsync();
    }
}
