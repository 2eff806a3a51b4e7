using Gateway.Database;
using Gateway.Quotas;
using Gateway.Testing;
using Gateway.Tests.Fixtures;
using Npgsql;

namespace Gateway.Tests.Quotas;

public sealed class QuotaAlertsTests(TestServers servers)
{
    private const int ThresholdReached = 270;
    private const int NotWritten = 271;
    private const string Rows =
        "SELECT coalesce(string_agg(threshold || ' % of ' || quota_units || ' at ' || used_units, ', ' ORDER BY quota_units, threshold), '') FROM quota_alerts WHERE organization_id = $1";

    private static readonly QuotaMonth November = QuotaMonth.At(new DateTimeOffset(2026, 11, 21, 10, 0, 0, TimeSpan.Zero), TimeZoneInfo.Utc);

    [Fact]
    public async Task Each_threshold_is_written_and_logged_exactly_once_by_all_gateways_together()
    {
        var databaseUrl = await servers.CreateDatabaseAsync();
        var log = new RecordedLog();
        await using var one = await Watching.StartAsync(databaseUrl, log);
        await using var other = await Watching.StartAsync(databaseUrl, log);
        var organizationId = Guid.NewGuid();
        var quota = new Quota(1_000, IsHard: true, TimeZoneInfo.Utc);

        // Many requests at once, over both, each with an answer of its own.
        await Parallel.ForAsync(1, 1_201, (used, _) =>
        {
            (used % 2 == 0 ? one : other).Watch.Observe(organizationId, quota, November, used);
            return ValueTask.CompletedTask;
        });

        await RowsAsync(databaseUrl, organizationId, rows => rows.Contains("80 % of 1000", StringComparison.Ordinal) && rows.Contains("100 % of 1000", StringComparison.Ordinal));
        await other.StopAsync();
        await one.StopAsync();
        var lines = log.Lines(ThresholdReached, organizationId);
        Assert.Equal(2, lines.Length);
        Assert.Single(lines, line => line.StartsWith("80 %", StringComparison.Ordinal));
        Assert.Single(lines, line => line.StartsWith("100 %", StringComparison.Ordinal));
        var customers = new Customers(databaseUrl);
        Assert.Equal(2, await customers.ReadAsync<long>("SELECT count(*) FROM quota_alerts"));
        Assert.True(await customers.ReadAsync<bool>("SELECT bool_and(used_units * 100 >= quota_units * threshold) FROM quota_alerts"));
        Assert.Equal(November.Start.UtcDateTime, await customers.ReadAsync<DateTime>("SELECT min(month_start) FROM quota_alerts"));
    }

    [Fact]
    public async Task Below_80_percent_nothing_is_raised_and_a_new_month_or_quota_is_reached_anew()
    {
        var databaseUrl = await servers.CreateDatabaseAsync();
        await using var gateway = await Watching.StartAsync(databaseUrl, new RecordedLog());
        var organizationId = Guid.NewGuid();
        var quota = new Quota(10, IsHard: false, TimeZoneInfo.Utc);
        var december = QuotaMonth.At(November.End, TimeZoneInfo.Utc);

        gateway.Watch.Observe(organizationId, quota, November, 7);
        gateway.Watch.Observe(organizationId, quota, November, 8);
        gateway.Watch.Observe(organizationId, quota, November, 9);
        await RowsAsync(databaseUrl, organizationId, rows => rows == "80 % of 10 at 8");

        gateway.Watch.Observe(organizationId, quota with { UnitsPerMonth = 20 }, November, 20);
        await RowsAsync(databaseUrl, organizationId, rows => rows == "80 % of 10 at 8, 80 % of 20 at 20, 100 % of 20 at 20");

        // A late answer about the old month is no news of the new one.
        gateway.Watch.Observe(organizationId, quota with { UnitsPerMonth = 20 }, december, 1);
        gateway.Watch.Observe(organizationId, quota with { UnitsPerMonth = 20 }, November, 21);
        gateway.Watch.Observe(organizationId, quota with { UnitsPerMonth = 20 }, december, 16);
        await RowsAsync(
            databaseUrl, organizationId, rows => rows == "80 % of 10 at 8, 80 % of 20 at 20, 80 % of 20 at 16, 100 % of 20 at 20"
                || rows == "80 % of 10 at 8, 80 % of 20 at 16, 80 % of 20 at 20, 100 % of 20 at 20");
    }

    [Fact]
    public async Task Alert_that_PostgreSQL_cannot_take_is_written_when_it_can_again()
    {
        var databaseUrl = await servers.CreateDatabaseAsync();
        var postgres = new Customers((await servers.PostgresAsync()).Url("postgres"));
        var database = DatabaseUrl.Parse(databaseUrl).Database;
        var log = new RecordedLog();
        await using var gateway = await Watching.StartAsync(databaseUrl, log);
        var organizationId = Guid.NewGuid();

        await postgres.ExecuteAsync($"ALTER DATABASE \"{database}\" ALLOW_CONNECTIONS false");
        gateway.Watch.Observe(organizationId, new Quota(10, IsHard: true, TimeZoneInfo.Utc), November, 10);
        await Eventually.IsTrueAsync(() => Task.FromResult(log.Lines(NotWritten).Length > 1), "it is tried more than once");
        Assert.Empty(log.Lines(ThresholdReached));
        await postgres.ExecuteAsync($"ALTER DATABASE \"{database}\" ALLOW_CONNECTIONS true");

        await RowsAsync(databaseUrl, organizationId, rows => rows == "80 % of 10 at 10, 100 % of 10 at 10");
        await gateway.StopAsync();
        Assert.Equal(2, log.Lines(ThresholdReached, organizationId).Length);
    }

    [Fact]
    public async Task Observation_allocates_nothing_when_there_is_nothing_to_do()
    {
        await using var gateway = new Watching(await servers.CreateDatabaseAsync(), new RecordedLog());
        var organizationId = Guid.NewGuid();
        var quota = new Quota(1_000_000, IsHard: true, TimeZoneInfo.Utc);
        gateway.Watch.Observe(organizationId, quota, November, 1);

        const int Observations = 10_000;
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var used = 0; used < Observations; used++)
        {
            gateway.Watch.Observe(organizationId, quota, November, used);
        }

        // What the runtime itself needs while it optimizes the loop aside.
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, Observations / 10);
    }

    private static Task<string> RowsAsync(string databaseUrl, Guid organizationId, Func<string, bool> isExpected) => Eventually.BecomesAsync(
        () => new Customers(databaseUrl).ReadAsync<string>(Rows, organizationId), isExpected, "the alerts are written");

    /// <summary>The alerts of one gateway, and what feeds them.</summary>
    private sealed class Watching : IAsyncDisposable
    {
        private readonly NpgsqlDataSource _dataSource;
        private readonly QuotaAlerts _alerts;

        public Watching(string databaseUrl, RecordedLog log)
        {
            _dataSource = new NpgsqlDataSourceBuilder(DatabaseUrl.Parse(databaseUrl).ConnectionString).Build();
            _alerts = new QuotaAlerts(_dataSource, TimeProvider.System, log.For<QuotaAlerts>());
            Watch = new QuotaWatch(new WatchedQuotas(), _alerts);
        }

        public QuotaWatch Watch { get; }

        public static async Task<Watching> StartAsync(string databaseUrl, RecordedLog log)
        {
            var watching = new Watching(databaseUrl, log);
            await watching._alerts.StartAsync(default);
            return watching;
        }

        public Task StopAsync() => _alerts.StopAsync(default);

        public async ValueTask DisposeAsync()
        {
            await _alerts.StopAsync(default);
            _alerts.Dispose();
            await _dataSource.DisposeAsync();
        }
    }
}
