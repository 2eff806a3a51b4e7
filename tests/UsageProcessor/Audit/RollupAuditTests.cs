using Gateway.Testing;
using Gateway.UsageProcessor.Audit;
using Gateway.UsageProcessor.Tests.Infrastructure;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Gateway.UsageProcessor.Tests.Audit;

/// <summary>Rollups that differ from the ledger are found and made anew, and nothing that is kept is lost by that.</summary>
public sealed class RollupAuditTests(TestServers servers)
{
    private const string PauseJobs = "SELECT alter_job(job_id, scheduled => false) FROM timescaledb_information.jobs WHERE job_id >= 1000";

    /// <summary>One event an hour for 100 days, in the ledger since long.</summary>
    private const string Usage = """
        INSERT INTO usage_events (
            event_id, occurred_at, source, sequence, organization_id, api_key_id, request_id, route, method, path, status,
            outcome, billable, units, duration_us, backend_us, request_bytes, response_bytes)
        SELECT gen_random_uuid(), date_trunc('hour', now(), 'UTC') - hour * interval '1 hour', 'gateway/test', hour,
               '00000000-0000-0000-0000-00000000000a', '00000000-0000-0000-0000-00000000000b', gen_random_uuid(),
               'default', 'GET', '/', 200, 'forwarded', true, 2, 1, 1, 3, 7
        FROM generate_series(1, 2400) AS hour;
        INSERT INTO usage_ledger
        SELECT organization_id, api_key_id, route, occurred_at, 1, 1, 2, 3, 7, now() - interval '1 day' FROM usage_events
        """;

    [Fact]
    public async Task Nothing_is_said_where_everything_agrees()
    {
        var database = await CreateAsync();
        Assert.Empty(await AuditAsync(database));
    }

    [Fact]
    public async Task Hours_days_and_months_that_differ_are_made_anew_and_named_with_what_they_lacked()
    {
        var database = await CreateAsync();
        var hour = await database.ScalarAsync<DateTime>("SELECT date_trunc('day', now(), 'UTC') - interval '40 days' + interval '5 hours'");
        await FalsifyAsync(database, "usage_hourly", hour, "UPDATE {0} SET billable_units = 12 WHERE bucket = $1");
        await FalsifyAsync(database, "usage_hourly", hour.AddHours(30), "DELETE FROM {0} WHERE bucket = $1");
        await FalsifyAsync(database, "usage_daily", hour.AddHours(-5), "UPDATE {0} SET requests = requests - 3 WHERE bucket = $1");
        await FalsifyAsync(database, "usage_monthly", new DateTime(hour.Year, hour.Month, 1, 0, 0, 0, DateTimeKind.Utc), "DELETE FROM {0} WHERE bucket = $1");

        var lines = await AuditAsync(database);

        Assert.Equal(4, lines.Length);
        Assert.Equal((362, $"usage_hourly differed from the ledger and was made anew from {hour:u}: the ledger had 0 requests and -10 billable units more"), lines[0]);
        Assert.Equal((362, $"usage_hourly differed from the ledger and was made anew from {hour.AddHours(30):u}: the ledger had 1 requests and 2 billable units more"), lines[1]);
        Assert.Equal((362, $"usage_daily differed from the ledger and was made anew from {hour.AddHours(-5):u}: the ledger had 3 requests and 0 billable units more"), lines[2]);
        Assert.StartsWith("usage_monthly differed from the ledger and was made anew", lines[3].Message, StringComparison.Ordinal);
        Assert.Empty(await AuditAsync(database));
        Assert.Equal("2400 2400 2400", await TotalsAsync(database));
    }

    [Fact]
    public async Task Hours_of_which_raw_rows_may_have_been_dropped_are_left_as_they_are()
    {
        var database = await CreateAsync();
        await database.ExecuteAsync("SELECT drop_chunks('usage_events', raw_usage_begins())");
        var hour = await database.ScalarAsync<DateTime>("SELECT raw_usage_begins() - interval '3 hours'");
        await FalsifyAsync(database, "usage_hourly", hour, "UPDATE {0} SET billable_units = 12 WHERE bucket = $1");
        await FalsifyAsync(database, "usage_hourly", hour.AddHours(3), "UPDATE {0} SET billable_units = 12 WHERE bucket = $1");

        Assert.StartsWith($"usage_hourly differed from the ledger and was made anew from {hour.AddHours(3):u}", Assert.Single(await AuditAsync(database)).Message, StringComparison.Ordinal);

        Assert.Equal("2400 2400 2400", await TotalsAsync(database));
    }

    /// <summary>A day and a month are of another length in its own time, and begin at another.</summary>
    [Fact]
    public async Task Server_whose_own_time_is_not_UTC_is_audited_all_the_same()
    {
        var database = await CreateAsync();
        var day = await database.ScalarAsync<DateTime>("SELECT date_trunc('day', now(), 'UTC') - interval '40 days'");
        await database.ExecuteAsync("DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET timezone = %L', current_database(), 'America/New_York'); END $$");
        Assert.Empty(await AuditAsync(database));

        await FalsifyAsync(database, "usage_daily", day, "UPDATE {0} SET requests = requests - 3 WHERE bucket = $1");
        await FalsifyAsync(database, "usage_monthly", new DateTime(day.Year, day.Month, 1, 0, 0, 0, DateTimeKind.Utc), "DELETE FROM {0} WHERE bucket = $1");

        Assert.Equal([362, 362], (await AuditAsync(database)).Select(line => line.EventId));
        Assert.Equal("2400 2400 2400", await TotalsAsync(database));
    }

    [Fact]
    public async Task Difference_that_raw_rows_do_not_settle_is_an_error()
    {
        var database = await CreateAsync();
        await database.ExecuteAsync("UPDATE usage_ledger SET requests = 5 WHERE hour = date_trunc('hour', now(), 'UTC') - interval '30 hours'");

        var line = (await AuditAsync(database))[0];

        Assert.Equal(363, line.EventId);
        Assert.Contains("the ledger has 4 requests and 0 billable units more", line.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Late_usage_of_an_old_day_is_taken_in_by_the_hourly_audit()
    {
        var database = await CreateAsync();
        var hour = await database.ScalarAsync<DateTime>("SELECT raw_usage_begins() + interval '5 hours'");
        await FalsifyAsync(database, "usage_hourly", hour, "DELETE FROM {0} WHERE bucket = $1");
        Assert.Empty(await AuditAsync(database, isFull: false));

        await database.ExecuteAsync("""
            INSERT INTO usage_late
            SELECT organization_id, api_key_id, route, hour, date_trunc('hour', now(), 'UTC'), 1, 1, 1, 1, 1 FROM usage_ledger WHERE hour = $1
            """, hour);
        Assert.Equal(362, Assert.Single(await AuditAsync(database, isFull: false)).EventId);
    }

    [Fact]
    public async Task Views_of_plain_PostgreSQL_need_no_audit()
    {
        Assert.SkipWhen((await servers.PostgresAsync()).HasTimescaleDb, "rollups are continuous aggregates there");
        var database = new UsageDatabase(await servers.CreateDatabaseAsync());
        Assert.Empty(await AuditAsync(database));
    }

    [Fact]
    public async Task Ledger_that_is_empty_is_audited_in_no_time_where_raw_rows_are_kept_for_ever()
    {
        var database = new UsageDatabase(await servers.CreateDatabaseAsync());
        await database.ExecuteAsync("UPDATE usage_retention SET kept_for = NULL, kept_from = '-infinity'");
        if (!(await servers.PostgresAsync()).HasTimescaleDb)
        {
            // The days are read before any rollup: so much of TimescaleDB will do.
            await database.ExecuteAsync("""
                CREATE SCHEMA timescaledb_information;
                CREATE VIEW timescaledb_information.continuous_aggregates AS SELECT 'usage_hourly' AS view_name, current_schema() AS view_schema
                """);
        }

        Assert.Empty(await AuditAsync(database));
    }

    private static Task<string> TotalsAsync(UsageDatabase database) => database.ScalarAsync<string>(
        "SELECT format('%s %s %s', (SELECT sum(requests) FROM usage_hourly), (SELECT sum(requests) FROM usage_daily), (SELECT sum(requests) FROM usage_monthly))");

    /// <summary>Changes what a rollup has materialized, behind TimescaleDB's back.</summary>
    private static async Task FalsifyAsync(UsageDatabase database, string rollup, DateTime bucket, string sql)
    {
        var table = await database.ScalarAsync<string>(
            "SELECT format('%I.%I', materialization_hypertable_schema, materialization_hypertable_name) FROM timescaledb_information.continuous_aggregates WHERE view_name = $1",
            rollup);
        await database.ExecuteAsync(sql.Replace("{0}", table, StringComparison.Ordinal), bucket);
    }

    /// <summary>Answers what was said, but for details.</summary>
    private async Task<(int EventId, string Message)[]> AuditAsync(UsageDatabase database, bool isFull = true)
    {
        var broker = await servers.EmbeddedBrokerAsync();
        await using var application = UsageProcessorApplication.Build(RunningProcessor.Arguments(broker.BootstrapServers, database.Url));
        using var log = new CapturedLog();
        application.Services.GetRequiredService<ILoggerFactory>().AddProvider(log);
        await application.Services.GetRequiredService<RollupAudit>().RunAsync(isFull, default);
        return [.. log.Lines.Where(line => line.EventId is 362 or 363 or 364)];
    }

    private async Task<UsageDatabase> CreateAsync()
    {
        Assert.SkipUnless((await servers.PostgresAsync()).HasTimescaleDb, "TimescaleDB is not installed");
        var database = new UsageDatabase(await servers.CreateDatabaseAsync());
        await database.ExecuteAsync(PauseJobs);
        await database.ExecuteAsync(Usage);
        await database.ExecuteAsync("CALL refresh_continuous_aggregate('usage_hourly', NULL, now() - interval '1 hour')");
        await database.ExecuteAsync("CALL refresh_continuous_aggregate('usage_daily', NULL, now() - interval '1 day')");
        await database.ExecuteAsync("CALL refresh_continuous_aggregate('usage_monthly', NULL, now() - interval '1 day')");
        return database;
    }
}
