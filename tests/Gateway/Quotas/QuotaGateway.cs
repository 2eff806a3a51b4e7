using System.Diagnostics.Metrics;
using Gateway.Database;
using Gateway.Quotas;
using Gateway.Tests.Fixtures;
using Gateway.Tests.RateLimiting.Redis;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Gateway.Tests.Quotas;

/// <summary>What a gateway has of quotas, without the gateway and on a clock that the test moves. Rounds begin when the test says so.</summary>
internal sealed class QuotaGateway : IAsyncDisposable
{
    private readonly RedisUser _redis;
    private readonly QuotaLedger _ledger;
    private readonly ServiceProvider _metrics;
    private readonly MeterListener _listener = new();
    private readonly NpgsqlDataSource _dataSource;
    private readonly QuotaAlerts _alerts;
    private readonly Dictionary<string, long> _measurements = [];

    private QuotaGateway(RedisUser redis, string databaseUrl, ManualTime time, TimeSpan ledgerTimeout)
    {
        _redis = redis;
        _dataSource = DataSource(databaseUrl);
        _metrics = new ServiceCollection().AddMetrics().BuildServiceProvider();
        var meterFactory = _metrics.GetRequiredService<IMeterFactory>();
        var options = new QuotaOptions(TimeSpan.FromMinutes(1), TimeSpan.FromHours(1), ledgerTimeout) { ReconcileTimeout = ledgerTimeout };
        var quotas = new WatchedQuotas();
        var counters = new QuotaCounters(redis.Scripts);
        var metrics = new QuotaMetrics(meterFactory, quotas);
        _ledger = new QuotaLedger(DataSource(databaseUrl), options, time);
        _alerts = new QuotaAlerts(_dataSource, time, Log.For<QuotaAlerts>());
        Watch = new QuotaWatch(quotas, _alerts);
        Seeding = new QuotaSeeding(_ledger, counters, quotas, metrics, Log.For<QuotaSeeding>());
        Reconciliation = new QuotaReconciliation(
            quotas, Seeding, _ledger, counters, metrics, options, time, Log.For<QuotaReconciliation>());

        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter.Scope == meterFactory)
            {
                listener.EnableMeasurementEvents(instrument);
            }
        };
        _listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) =>
        {
            var name = tags.Length > 0 ? $"{instrument.Name} {tags[0].Value}" : instrument.Name;
            lock (_measurements)
            {
                _measurements[name] = instrument is Counter<long> ? _measurements.GetValueOrDefault(name) + value : value;
            }
        });
        _listener.Start();
    }

    public RecordedLog Log { get; } = new();

    public QuotaWatch Watch { get; }

    public QuotaSeeding Seeding { get; }

    public QuotaReconciliation Reconciliation { get; }

    public static async Task<QuotaGateway> StartAsync(string redisUrl, string databaseUrl, ManualTime time, TimeSpan? ledgerTimeout = null) => new(
        await RedisUser.StartAsync(redisUrl, ("RedisTimeoutMilliseconds", "10000")), databaseUrl, time, ledgerTimeout ?? TimeSpan.FromSeconds(10));

    /// <summary>What a metric says, <c>name</c> or <c>name tag</c>.</summary>
    public long Metric(string name)
    {
        _listener.RecordObservableInstruments();
        lock (_measurements)
        {
            return _measurements.GetValueOrDefault(name);
        }
    }

    public async ValueTask DisposeAsync()
    {
        _listener.Dispose();
        Reconciliation.Dispose();
        _alerts.Dispose();
        await _ledger.DisposeAsync();
        await _dataSource.DisposeAsync();
        await _metrics.DisposeAsync();
        await _redis.DisposeAsync();
    }

    private static NpgsqlDataSource DataSource(string databaseUrl)
    {
        var database = DatabaseUrl.Parse(databaseUrl);
        database.CommandTimeout = 1;
        database.CancellationTimeout = -1;
        database.MaxPoolSize = QuotaLedger.MaximumConnections;
        return new NpgsqlDataSourceBuilder(database.ConnectionString).Build();
    }
}
