using Gateway.Database.Tests.Databases;
using Gateway.Testing;

namespace Gateway.Database.Tests.Schema;

/// <summary>What only TimescaleDB has. Its background jobs are run by hand here, so that nothing depends on their time.</summary>
public sealed class TimescaleDbTests(TestServers servers)
{
    private const string PauseJobs = "SELECT alter_job(job_id, scheduled => false) FROM timescaledb_information.jobs WHERE job_id >= 1000";

    [Fact]
    public async Task Usage_events_are_in_chunks_of_a_day_compressed_after_7_and_dropped_after_90()
    {
        var database = await CreateAsync();
        Assert.Equal("1 day", await database.ReadAsync<string>(
            "SELECT time_interval::text FROM timescaledb_information.dimensions WHERE hypertable_name = 'usage_events'"));
        Assert.Equal("organization_id", await database.ReadAsync<string>(
            "SELECT attname::text FROM timescaledb_information.compression_settings WHERE hypertable_name = 'usage_events' AND segmentby_column_index = 1"));
        Assert.Equal("7 days", await ReadPolicyAsync(database, "policy_compression", "compress_after"));
        Assert.Equal("90 days", await ReadPolicyAsync(database, "policy_retention", "drop_after"));
    }

    [Fact]
    public async Task Rollups_of_dropped_raw_data_survive_every_refresh()
    {
        var database = await CreateAsync();
        await UsageRows.AddAsync(database, billable: true, EveryHourOfDays(120));
        await database.ExecuteAsync("CALL refresh_continuous_aggregate('usage_hourly', NULL, now() - interval '1 hour')");
        Assert.Equal("2880 2880 2880", await ReadTotalsAsync(database));

        await RunJobsAsync(database, "policy_retention");
        Assert.InRange(await database.ReadAsync<long>("SELECT count(*) FROM usage_events"), 90 * 24, 92 * 24);
        await RefreshAsync(database);
        Assert.Equal("2880 2880 2880", await ReadTotalsAsync(database));

        // Late events make refreshes look at their hours again. Of the oldest nothing else is left in the raw data.
        await UsageRows.AddAsync(database, billable: true, DaysAgo(79), DaysAgo(3));
        await UsageRows.AddAsync(database, billable: false, DaysAgo(95), DaysAgo(110));
        await RefreshAsync(database);
        Assert.Equal("2882 2882 2882", await ReadTotalsAsync(database));
    }

    [Fact]
    public async Task Rollups_show_new_events_at_once_and_late_ones_after_a_refresh()
    {
        var database = await CreateAsync();
        await UsageRows.AddAsync(database, billable: true, EveryHourOfDays(40));
        await RefreshAsync(database);
        Assert.Equal("960 960 960", await ReadTotalsAsync(database));

        await UsageRows.AddAsync(database, billable: true, DaysAgo(0));
        Assert.Equal("961 961 961", await ReadTotalsAsync(database));

        await UsageRows.AddAsync(database, billable: true, EveryHourOfDays(40));
        await RefreshAsync(database);
        Assert.Equal("1921 1921 1921", await ReadTotalsAsync(database));
    }

    [Fact]
    public async Task Copy_of_an_event_is_refused_when_its_chunk_is_compressed()
    {
        var database = await CreateAsync();
        await UsageRows.AddAsync(database, billable: true, EveryHourOfDays(40));
        await RunJobsAsync(database, "policy_compression");
        Assert.True(await database.ReadAsync<bool>("SELECT count(*) > 30 FROM timescaledb_information.chunks WHERE is_compressed"));

        await database.ExecuteAsync("INSERT INTO usage_events SELECT * FROM usage_events ON CONFLICT DO NOTHING");
        Assert.Equal(960, await database.ReadAsync<long>("SELECT count(*) FROM usage_events"));
    }

    [Fact]
    public async Task Late_event_goes_into_a_compressed_chunk_once_and_into_its_hour()
    {
        var database = await CreateAsync();
        await UsageRows.AddAsync(database, billable: true, EveryHourOfDays(40));
        await RefreshAsync(database);
        await RunJobsAsync(database, "policy_compression");

        const string Again = """
            INSERT INTO usage_events
            SELECT '00000000-0000-7000-8000-000000000001', occurred_at + interval '1 minute', source, sequence, organization_id, api_key_id, request_id, route,
                   method, path, status, outcome, billable, units, duration_us, backend_us, request_bytes, response_bytes
            FROM usage_events WHERE occurred_at = @time
            ON CONFLICT DO NOTHING
            """;
        await database.ExecuteAsync(Again, new { time = DaysAgo(30) });
        await database.ExecuteAsync(Again, new { time = DaysAgo(30) });
        await RunJobsAsync(database, "policy_compression");
        await database.ExecuteAsync(Again, new { time = DaysAgo(30) });

        Assert.Equal(961, await database.ReadAsync<long>("SELECT count(*) FROM usage_events"));
        await RefreshAsync(database);
        Assert.Equal("961 961 961", await ReadTotalsAsync(database));
        Assert.Equal(2, await database.ReadAsync<long>("SELECT requests FROM usage_hourly WHERE bucket = @time", new { time = DaysAgo(30) }));
    }

    [Fact]
    public async Task Shorter_retention_shortens_the_refresh_first_so_that_hours_survive_it()
    {
        var database = await CreateAsync();
        await UsageRows.AddAsync(database, billable: true, EveryHourOfDays(60));
        await RefreshAsync(database);

        await database.ExecuteAsync("SELECT keep_raw_usage(10)");
        await RunJobsAsync(database, "policy_retention");
        Assert.InRange(await database.ReadAsync<long>("SELECT count(*) FROM usage_events"), 10 * 24, 12 * 24);
        Assert.True(await database.ReadAsync<bool>("SELECT min(occurred_at) <= raw_usage_begins() - interval '1 day' + interval '1 hour' FROM usage_events"));

        // What is refreshed for a late event, by the longest policy that is allowed from now on.
        await database.ExecuteAsync("SELECT keep_raw_usage(90)");
        await UsageRows.AddAsync(database, billable: true, DaysAgo(4), DaysAgo(7));
        await RefreshAsync(database);
        Assert.Equal("1442 1442 1442", await ReadTotalsAsync(database));
    }

    [Fact]
    public async Task Down_and_up_keep_the_raw_events()
    {
        var database = await CreateAsync();
        await UsageRows.AddAsync(database, billable: true, EveryHourOfDays(20));
        await RunJobsAsync(database, "policy_compression");
        await RefreshAsync(database);

        await database.Runner().DownToAsync(targetVersion: 8, default);
        Assert.Equal(480, await database.ReadAsync<long>("SELECT count(*) FROM usage_events"));
        await database.Runner().UpAsync(default);
        await database.ExecuteAsync(PauseJobs);
        await RefreshAsync(database);
        Assert.Equal("480 480 480", await ReadTotalsAsync(database));
    }

    private static DateTime[] EveryHourOfDays(int days) => Enumerable.Range(0, days * 24).Select(hour => DaysAgo(days).AddHours(hour)).ToArray();

    /// <summary>The beginning of this hour on another day.</summary>
    private static DateTime DaysAgo(int days)
    {
        var time = TimeProvider.System.GetUtcNow().UtcDateTime.AddDays(-days);
        return time.AddTicks(-(time.Ticks % TimeSpan.TicksPerHour));
    }

    private static Task<string> ReadTotalsAsync(TestDatabase database) => database.ReadAsync<string>(
        """
        SELECT format('%s %s %s', (SELECT sum(billable_requests) FROM usage_hourly), (SELECT sum(billable_requests) FROM usage_daily), (SELECT sum(billable_requests) FROM usage_monthly))
        """);

    private static Task<string> ReadPolicyAsync(TestDatabase database, string procedure, string setting) => database.ReadAsync<string>(
        "SELECT config ->> @setting FROM timescaledb_information.jobs WHERE proc_name = @procedure", new { setting, procedure });

    /// <summary>Hours before the days and months that are made of them: jobs are numbered in the order they were added.</summary>
    private static Task RefreshAsync(TestDatabase database) => RunJobsAsync(database, "policy_refresh_continuous_aggregate");

    private static async Task RunJobsAsync(TestDatabase database, string procedure)
    {
        foreach (var job in await database.QueryAsync<int>(
            $"SELECT job_id FROM timescaledb_information.jobs WHERE proc_name = '{procedure}' ORDER BY job_id"))
        {
            await database.ExecuteAsync($"CALL run_job({job})");
        }
    }

    private async Task<TestDatabase> CreateAsync()
    {
        Assert.SkipUnless((await servers.PostgresAsync()).HasTimescaleDb, "TimescaleDB is not installed");
        var database = await TestDatabase.CreateMigratedAsync(servers);
        await database.ExecuteAsync(PauseJobs);
        return database;
    }
}
