using Gateway.Hosting.Settings;
using Gateway.Testing;
using Gateway.UsageProcessor.Retention;
using Gateway.UsageProcessor.Tests.Infrastructure;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Gateway.UsageProcessor.Tests.Retention;

/// <summary>Raw rows go when they are old enough, and nothing else does.</summary>
public sealed class RawUsageRetentionTests(TestServers servers)
{
    private const string RowsByDay = """
        INSERT INTO usage_events (
            event_id, occurred_at, source, sequence, organization_id, api_key_id, request_id, route, method, path, status,
            outcome, billable, units, duration_us, backend_us, request_bytes, response_bytes)
        SELECT gen_random_uuid(), date_trunc('day', now(), 'UTC') - day * interval '1 day' + second * interval '1 second', 'gateway/test', second,
               gen_random_uuid(), gen_random_uuid(), gen_random_uuid(), 'default', 'GET', repeat('x', 200), 200, 'forwarded', true, 1, 1, 1, 1, 1
        FROM generate_series(100, 0, -1) AS day, generate_series(1, $1) AS second
        """;

    [Fact]
    public async Task Rows_older_than_the_setting_are_dropped_whole_days_and_others_are_not()
    {
        Assert.SkipWhen((await servers.PostgresAsync()).HasTimescaleDb, "TimescaleDB's policy drops them there");
        var database = new UsageDatabase(await servers.CreateDatabaseAsync());
        await database.ExecuteAsync(RowsByDay, 200);

        // 89 whole days and today.
        Assert.Equal(11 * 200, await RunAsync(database, "90"));
        Assert.Equal(90 * 200, await database.EventsAsync());
        Assert.Equal(
            await database.ScalarAsync<DateTime>("SELECT raw_usage_begins()"),
            await database.ScalarAsync<DateTime>("SELECT date_trunc('day', min(occurred_at), 'UTC') FROM usage_events"));
        Assert.Equal(0, await RunAsync(database, "90"));

        Assert.Equal(80 * 200, await RunAsync(database, "10"));
        Assert.Equal(0, await RunAsync(database, "0"));
        Assert.Equal(10 * 200, await database.EventsAsync());
    }

    [Fact]
    public async Task Setting_is_the_policy_of_TimescaleDB_and_a_refresh_never_reaches_what_it_drops()
    {
        Assert.SkipUnless((await servers.PostgresAsync()).HasTimescaleDb, "TimescaleDB is not installed");
        var database = new UsageDatabase(await servers.CreateDatabaseAsync());
        foreach (var (days, policies) in new[] { ("30", "30 days, 20 days"), ("365", "365 days, 28 days"), ("10", "10 days, 5 days"), ("0", ", 5 days") })
        {
            await RunAsync(database, days);
            Assert.Equal(policies, await database.ScalarAsync<string>("""
                SELECT concat_ws(', ', coalesce(max(config ->> 'drop_after'), ''), max(config ->> 'start_offset') FILTER (WHERE hypertable_name = 'usage_hourly'))
                FROM timescaledb_information.jobs WHERE hypertable_name LIKE 'usage%'
                """));
        }
    }

    [Fact]
    public async Task One_processor_drops_at_a_time_and_one_that_was_interrupted_leaves_nothing_behind()
    {
        Assert.SkipWhen((await servers.PostgresAsync()).HasTimescaleDb, "TimescaleDB's policy drops them there");
        var database = new UsageDatabase(await servers.CreateDatabaseAsync());
        await database.ExecuteAsync(RowsByDay, 500);
        using var interruption = new CancellationTokenSource();
        // The first part goes, and the second takes longer than the test.
        await database.ExecuteAsync("CREATE SEQUENCE parts");
        await database.ExecuteAsync("CREATE FUNCTION slow() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF nextval('parts') > 1 THEN PERFORM pg_sleep(3600); END IF; RETURN NULL; END $$");
        await database.ExecuteAsync("CREATE TRIGGER slow AFTER DELETE ON usage_events FOR EACH STATEMENT EXECUTE FUNCTION slow()");
        var interrupted = RunAsync(database, "90", interruption.Token);
        await Eventually.BecomesAsync(database.EventsAsync, rows => rows < 101 * 500, "the first rows to go");

        Assert.Null(await RunAsync(database, "90"));
        await interruption.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => interrupted);
        await database.ExecuteAsync("DROP TRIGGER slow ON usage_events");

        await Eventually.BecomesAsync(() => RunAsync(database, "90"), dropped => dropped is not null, "the interrupted session to end");
        Assert.Equal(90 * 500, await database.EventsAsync());
    }

    [Fact]
    public async Task Beginning_stays_where_it_is_while_a_transaction_is_stuck_that_stores_by_it()
    {
        var database = new UsageDatabase(await servers.CreateDatabaseAsync());
        await using var stuck = await database.OpenAsync();
        await using var transaction = await stuck.BeginTransactionAsync();
        await using var hold = new Npgsql.NpgsqlCommand("SELECT hold_raw_usage()", stuck);
        var before = await hold.ExecuteScalarAsync();

        await using var application = await ApplicationAsync(database, "30");
        var retention = application.Services.GetRequiredService<RawUsageRetention>();
        Assert.Equal(0, await retention.RunAsync(default));
        Assert.True(retention.IsBehind);
        Assert.Equal(before, await database.ScalarAsync<DateTime>("SELECT raw_usage_begins()"));

        await transaction.CommitAsync();
        await retention.RunAsync(default);
        Assert.False(retention.IsBehind);
        Assert.NotEqual(before, await database.ScalarAsync<DateTime>("SELECT raw_usage_begins()"));
    }

    [Fact]
    public async Task Beginning_moves_though_there_is_no_moment_without_a_transaction_that_stores()
    {
        var database = new UsageDatabase(await servers.CreateDatabaseAsync());
        using var end = new CancellationTokenSource();
        var storing = Task.WhenAll(Enumerable.Range(0, 3).Select(async writer =>
        {
            await using var connection = await database.OpenAsync();
            for (var round = 0; !end.IsCancellationRequested; round++)
            {
                await using var hold = new Npgsql.NpgsqlCommand($"BEGIN; SELECT hold_raw_usage(), pg_sleep({(round == 0 ? writer + 1 : 3)} * 0.1); COMMIT", connection);
                await hold.ExecuteNonQueryAsync();
            }
        }));
        await Eventually.BecomesAsync(
            () => database.ScalarAsync<long>("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND objid = 20260020 AND granted AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"), held => held >= 2, "transactions that overlap");

        await using var application = await ApplicationAsync(database, "30");
        var retention = application.Services.GetRequiredService<RawUsageRetention>();
        await retention.RunAsync(default);
        await end.CancelAsync();
        await storing;

        Assert.False(retention.IsBehind);
        Assert.Equal("30 days", await database.ScalarAsync<string>("SELECT kept_for::text FROM usage_retention"));
    }

    [Fact]
    public async Task Row_of_usage_retention_that_is_missing_is_said_and_its_return_is_noticed()
    {
        var database = new UsageDatabase(await servers.CreateDatabaseAsync());
        await database.ExecuteAsync("DELETE FROM usage_retention");

        var refusal = await Assert.ThrowsAsync<Npgsql.PostgresException>(() => RunAsync(database, "90"));
        Assert.Contains("usage_retention", refusal.MessageText, StringComparison.Ordinal);

        await database.ExecuteAsync("INSERT INTO usage_retention (kept_from) VALUES ('-infinity')");
        Assert.Equal(0, await RunAsync(database, "90"));
    }

    [Theory]
    [InlineData("1")]
    [InlineData("2")]
    [InlineData("36501")]
    [InlineData("a week")]
    public void Days_that_make_no_sense_stop_the_process_at_start(string days)
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection([new("Retention:RawDays", days)]).Build();
        Assert.Contains("Retention:RawDays", Assert.Throws<SettingException>(() => RetentionOptions.Read(configuration)).Message, StringComparison.Ordinal);
    }

    private async Task<long?> RunAsync(UsageDatabase database, string days, CancellationToken cancellationToken = default)
    {
        await using var application = await ApplicationAsync(database, days);
        return await application.Services.GetRequiredService<RawUsageRetention>().RunAsync(cancellationToken);
    }

    private async Task<WebApplication> ApplicationAsync(UsageDatabase database, string days)
    {
        var broker = await servers.EmbeddedBrokerAsync();
        return UsageProcessorApplication.Build(RunningProcessor.Arguments(
            broker.BootstrapServers, database.Url, $"--Retention:RawDays={days}", "--Storage:CommandTimeoutSeconds=300"));
    }
}
