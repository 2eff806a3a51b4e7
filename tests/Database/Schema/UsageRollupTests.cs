using Gateway.Database.Tests.Databases;
using Gateway.Testing;

namespace Gateway.Database.Tests.Schema;

/// <summary>What holds with TimescaleDB and without it.</summary>
public sealed class UsageRollupTests(TestServers servers)
{
    private static readonly DateTime Midnight = new(2026, 11, 1, 0, 0, 0, DateTimeKind.Utc);

    [Theory]
    [InlineData("usage_hourly")]
    [InlineData("usage_daily")]
    [InlineData("usage_monthly")]
    public async Task Rollup_has_the_same_columns_with_and_without_TimescaleDB(string rollup)
    {
        var database = await TestDatabase.CreateMigratedAsync(servers);
        var columns = await database.QueryAsync<string>(
            $"SELECT attname || ' ' || format_type(atttypid, atttypmod) FROM pg_attribute WHERE attrelid = '{rollup}'::regclass AND attnum > 0 ORDER BY attnum");
        Assert.Equal(
            [
                "organization_id uuid", "api_key_id uuid", "route text", "bucket timestamp with time zone",
                "requests bigint", "billable_requests bigint", "billable_units bigint", "request_bytes bigint", "response_bytes bigint",
            ],
            columns);
    }

    [Theory]
    [InlineData("usage_hourly", "2026-10-31 23:00:00: 1 1 2 3 7|2026-11-01 00:00:00: 2 1 2 6 14|2026-11-01 13:00:00: 1 1 2 3 7")]
    [InlineData("usage_daily", "2026-10-31 00:00:00: 1 1 2 3 7|2026-11-01 00:00:00: 3 2 4 9 21")]
    [InlineData("usage_monthly", "2026-10-01 00:00:00: 1 1 2 3 7|2026-11-01 00:00:00: 3 2 4 9 21")]
    public async Task Rollup_adds_up_in_UTC_whatever_the_sessions_time_zone(string rollup, string expected)
    {
        var database = await TestDatabase.CreateMigratedAsync(servers);
        await UsageRows.AddAsync(database, billable: true, Midnight.AddMicroseconds(-1), Midnight, Midnight.AddHours(13.5));
        await UsageRows.AddAsync(database, billable: false, Midnight.AddMinutes(59));
        await database.ExecuteAsync($"ALTER DATABASE {database.Name} SET timezone = 'Asia/Kolkata'");

        var totals = await database.ReadAsync<string>(
            $"""
            SELECT string_agg(format('%s: %s %s %s %s %s', bucket AT TIME ZONE 'UTC', requests, billable_requests, billable_units, request_bytes, response_bytes), '|' ORDER BY bucket)
            FROM {rollup}
            """);
        Assert.Equal(expected, totals);
    }
}
