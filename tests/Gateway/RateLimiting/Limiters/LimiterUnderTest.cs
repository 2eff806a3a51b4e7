using System.Diagnostics.Metrics;
using Gateway.ApiKeys;
using Gateway.Organizations;
using Gateway.Quotas;
using Gateway.RateLimiting;
using Gateway.RateLimiting.Leases;
using Gateway.RateLimiting.Limits;
using Gateway.Testing;
using Gateway.Tests.ApiKeys;
using Gateway.Tests.Fixtures;
using Gateway.Tests.Quotas;
using Gateway.Tests.RateLimiting.Redis;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using StackExchange.Redis;

namespace Gateway.Tests.RateLimiting.Limiters;

/// <summary>A gateway's limiter with a real Redis, on a clock that the test moves. There is no ledger: what Redis has lost begins with estimates.</summary>
internal sealed class LimiterUnderTest : IAsyncDisposable
{
    private static readonly BucketSize Plenty = new(1_000_000, 1_000_000);

    private readonly ServiceProvider _metrics = new ServiceCollection().AddMetrics().BuildServiceProvider();
    private readonly NpgsqlDataSource _noDatabase = NpgsqlDataSource.Create("Host=127.0.0.1;Port=1;Username=none;Timeout=1");
    private readonly MeterListener _listener = new();
    private readonly QuotaLedger _ledger;
    private readonly QuotaAlerts _alerts;

    private long _calls;

    private LimiterUnderTest(RedisUser redis, LeaseMode mode)
    {
        Redis = redis;
        var factory = _metrics.GetRequiredService<IMeterFactory>();
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter.Scope == factory && instrument.Name == "gateway.limits.redis_calls")
            {
                listener.EnableMeasurementEvents(instrument);
            }
        };
        _listener.SetMeasurementEventCallback<long>((_, calls, _, _) =>
        {
            Interlocked.Add(ref _calls, calls);
            if (MetricsFail)
            {
                throw new InvalidOperationException("a listener of metrics is broken");
            }
        });
        _listener.Start();
        var quotas = new WatchedQuotas();
        var options = new QuotaOptions(TimeSpan.FromMinutes(1), TimeSpan.FromHours(1), TimeSpan.FromSeconds(1));
        _ledger = new QuotaLedger(_noDatabase, options, Time);
        _alerts = new QuotaAlerts(_noDatabase, Time, NullLogger<QuotaAlerts>.Instance);
        Limiter = new RateLimiter(
            redis.Scripts,
            redis.Gateways,
            new QuotaSeeding(
                _ledger, new QuotaCounters(redis.Scripts), quotas, new QuotaMetrics(factory, quotas), NullLogger<QuotaSeeding>.Instance),
            new QuotaWatch(quotas, _alerts),
            new RateLimitOptions(Plenty, Plenty, new LeaseTerms(mode, Milliseconds: 100), AreShadow: false),
            new LimitMetrics(factory),
            Time,
            NullLogger<RateLimiter>.Instance);
    }

    public ManualTime Time { get; } = QuotaWorld.MiddleOfThisMonth();

    public RedisUser Redis { get; }

    /// <summary>What the buckets are kept in.</summary>
    public IDatabase Database => Redis.Connection.Database!;

    public RateLimiter Limiter { get; }

    /// <summary>How often Redis was asked.</summary>
    public long Calls => Interlocked.Read(ref _calls);

    /// <summary>Whether whoever listens to metrics throws.</summary>
    public bool MetricsFail { get; set; }

    public static async Task<LimiterUnderTest> StartAsync(string redisUrl, LeaseMode mode = LeaseMode.Leased) =>
        new(await RedisUser.StartAsync(redisUrl, ("RedisTimeoutMilliseconds", "10000")), mode);

    /// <summary>An organization with plenty of everything, but for what the test says.</summary>
    public static Organization NewOrganization(Func<OrganizationLimits, OrganizationLimits>? change = null)
    {
        var limits = new OrganizationLimits(new LimitTerms(Plenty), new LimitTerms(Plenty));
        return new Organization(new OrganizationTerms(Guid.NewGuid(), version: 1, isActive: true, change?.Invoke(limits) ?? limits, backend: null));
    }

    public static ApiKey NewKey(Organization organization) => new(Rows.Key(organization.Id), organization);

    public ValueTask<LimitDecision> DecideAsync(ApiKey key, long units = 1) => Limiter.DecideAsync(key, RouteLimits.None, units);

    /// <summary>Waits until no call is under way that asks for leases, however long Redis takes: the test's clock stands still.</summary>
    public Task UntilLeasedAsync() => Eventually.IsTrueAsync(
        () => Task.FromResult(Limiter.WithNews.Keys.All(static organization => !organization.IsLeasing)), "what was asked for is leased");

    /// <summary>What is done for organizations that have fallen silent.</summary>
    public Task ReturnAsync() => Task.WhenAll(Limiter.WithNews.Keys.Select(organization => Limiter.ReturnAsync(organization, silence: 0)));

    public async ValueTask DisposeAsync()
    {
        _listener.Dispose();
        _alerts.Dispose();
        await _ledger.DisposeAsync();
        await _noDatabase.DisposeAsync();
        await _metrics.DisposeAsync();
        await Redis.DisposeAsync();
    }
}
