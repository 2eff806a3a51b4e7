using Gateway.Database.Tests.Databases;
using Gateway.Testing;
using Npgsql;

namespace Gateway.Database.Tests.Schema;

public sealed class BillableUsageTests(TestServers servers)
{
    private static readonly DateTime Month = new(2026, 11, 1, 0, 0, 0, DateTimeKind.Utc);

    [Fact]
    public async Task Billable_usage_counts_from_the_first_hour_up_to_but_not_the_last()
    {
        var database = await TestDatabase.CreateMigratedAsync(servers);
        await UsageRows.AddAsync(database, billable: true, Month.AddMicroseconds(-1), Month, Month.AddDays(29), Month.AddMonths(1));
        await UsageRows.AddAsync(database, billable: false, Month.AddDays(3));
        Assert.Equal("(3,2,4,9,21)", await ReadAsync(database, UsageRows.Organization, "'2026-12-01Z'"));
    }

    [Fact]
    public async Task Billable_usage_of_nobody_is_zero_and_of_an_unknown_period_is_no_row()
    {
        var database = await TestDatabase.CreateMigratedAsync(servers);
        await UsageRows.AddAsync(database, billable: true, Month);
        Assert.Equal("(0,0,0,0,0)", await ReadAsync(database, Guid.Empty.ToString(), "'2026-12-01Z'"));
        Assert.Null(await ReadAsync(database, UsageRows.Organization, "NULL"));
    }

    [Theory]
    [InlineData("INSERT INTO usage_ledger VALUES (gen_random_uuid(), gen_random_uuid(), 'r', '2026-11-01T00:00:01Z', 1, 1, 1, 0, 0)")]
    [InlineData("UPDATE usage_events SET units = -1")]
    public async Task Row_that_would_falsify_a_bill_is_refused(string sql)
    {
        var database = await TestDatabase.CreateMigratedAsync(servers);
        await UsageRows.AddAsync(database, billable: true, Month);
        var exception = await Assert.ThrowsAsync<PostgresException>(() => database.ExecuteAsync(sql));
        Assert.Equal(PostgresErrorCodes.CheckViolation, exception.SqlState);
    }

    private static Task<string?> ReadAsync(TestDatabase database, string organization, string to) => database.ReadAsync<string?>(
        $"SELECT billable_usage::text FROM billable_usage('{organization}', '2026-11-01Z', {to})");
}
