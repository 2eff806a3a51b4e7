using Gateway.Database.Tests.Databases;
using Gateway.Testing;
using Npgsql;

namespace Gateway.Database.Tests.Schema;

/// <summary>From when on raw rows are kept, with TimescaleDB and without it.</summary>
public sealed class RawUsageTests(TestServers servers)
{
    private const int VersionBefore = 18;

    [Fact]
    public async Task Raw_rows_of_the_last_90_days_are_to_be_there_whatever_else_is()
    {
        var database = await TestDatabase.CreateMigratedAsync(servers);
        Assert.True(await IsAsync(database, DaysAgo(90)));

        await UsageRows.AddAsync(database, billable: true, new DateTime(2020, 1, 5, 0, 0, 0, DateTimeKind.Utc));
        Assert.True(await IsAsync(database, DaysAgo(90)));
    }

    [Fact]
    public async Task What_may_have_been_dropped_is_never_promised_again()
    {
        var database = await TestDatabase.CreateMigratedAsync(servers);
        await KeepAsync(database, 30);
        Assert.True(await IsAsync(database, DaysAgo(30)));

        await KeepAsync(database, 90);
        Assert.True(await IsAsync(database, DaysAgo(30)));

        await KeepAsync(database, 0);
        Assert.True(await IsAsync(database, DaysAgo(30)));

        await KeepAsync(database, 10);
        Assert.True(await IsAsync(database, DaysAgo(10)));
    }

    [Fact]
    public async Task Nothing_is_too_old_where_raw_rows_are_kept_for_ever()
    {
        var database = await TestDatabase.CreateMigratedAsync(servers);
        await database.ExecuteAsync("UPDATE usage_retention SET kept_for = NULL");
        await KeepAsync(database, 0);
        Assert.True(await IsAsync(database, "'-infinity'"));
    }

    [Theory]
    [InlineData("1")]
    [InlineData("-1")]
    [InlineData("NULL")]
    public async Task Days_that_make_no_sense_are_refused(string days)
    {
        var database = await TestDatabase.CreateMigratedAsync(servers);
        var exception = await Assert.ThrowsAsync<PostgresException>(() => database.ExecuteAsync($"SELECT keep_raw_usage({days})"));
        Assert.Equal(PostgresErrorCodes.InvalidParameterValue, exception.SqlState);
    }

    [Fact]
    public async Task Beginning_does_not_move_while_somebody_stores_by_it_and_storing_goes_on_meanwhile()
    {
        var database = await TestDatabase.CreateMigratedAsync(servers);
        await using var storing = await database.ConnectAsync();
        await using var transaction = await storing.BeginTransactionAsync();
        await using var hold = new NpgsqlCommand("SELECT hold_raw_usage()", storing);
        await hold.ExecuteScalarAsync();

        var exception = await Assert.ThrowsAsync<PostgresException>(() => KeepAsync(database, 30));
        Assert.Equal(PostgresErrorCodes.LockNotAvailable, exception.SqlState);
        await database.ExecuteAsync("SELECT hold_raw_usage()");

        await transaction.CommitAsync();
        await KeepAsync(database, 30);
        Assert.True(await IsAsync(database, DaysAgo(30)));
    }

    [Fact]
    public async Task Transaction_that_waited_for_the_beginning_to_move_sees_where_it_is_now()
    {
        var database = await TestDatabase.CreateMigratedAsync(servers);
        await using var moving = await database.ConnectAsync();
        await using var transaction = await moving.BeginTransactionAsync();
        await using var move = new NpgsqlCommand("SELECT keep_raw_usage(30)", moving);
        await move.ExecuteScalarAsync();

        var holding = database.ReadAsync<bool>($"SELECT hold_raw_usage() = {DaysAgo(30)}");
        await Eventually.EqualsAsync(1L, () => database.ReadAsync<long>(
            "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"));
        await transaction.CommitAsync();

        Assert.True(await holding);
    }

    [Fact]
    public async Task Rows_that_somebody_dropped_before_are_known_to_be_gone()
    {
        var database = await TestDatabase.CreateAsync(servers);
        await database.Runner().UpAsync(VersionBefore, default);
        var today = TimeProvider.System.GetUtcNow().UtcDateTime.Date;
        await UsageRows.AddAsync(database, billable: true, today.AddDays(-20), today.AddDays(-10).AddMinutes(90));
        await database.ExecuteAsync($"DELETE FROM usage_events WHERE occurred_at < '{today.AddDays(-15):O}'");

        await database.Runner().UpAsync(default);

        Assert.True(await IsAsync(database, $"'{today.AddDays(-10).AddHours(1):O}'"));
    }

    private static string DaysAgo(int days) => $"date_trunc('day', now() - interval '{days} days', 'UTC') + interval '1 day'";

    private static Task<bool> IsAsync(TestDatabase database, string time) => database.ReadAsync<bool>($"SELECT raw_usage_begins() = {time}");

    private static Task KeepAsync(TestDatabase database, int days) => database.ExecuteAsync($"SELECT keep_raw_usage({days})");
}
