using System.Diagnostics.Metrics;
using Gateway.ApiKeys;
using Gateway.ApiKeys.LastUse;
using Gateway.ApiKeys.Memory;
using Gateway.ApiKeys.Refusals;
using Gateway.ApiKeys.Restrictions;
using Gateway.ApiKeys.Synchronization;
using Gateway.Contracts.ApiKeys;
using Gateway.Observability;
using Gateway.Organizations;
using Gateway.RateLimiting;
using Gateway.RateLimiting.Limits;
using Gateway.Requests;
using Gateway.Tests.ApiKeys;
using Gateway.Tests.RateLimiting.Limiters;
using Gateway.Tests.Usage.Journal;
using Gateway.Usage;
using Gateway.Usage.Journal;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using Yarp.ReverseProxy.Configuration;
using Yarp.ReverseProxy.Forwarder;
using Yarp.ReverseProxy.Model;

namespace Gateway.Tests.Requests;

/// <summary>
/// What is decided over a request, by the middleware that decides it in the gateway: whose key it is, whether the key may, whether
/// the limits have enough; and what is written down of it. Redis and the journal are real, keys are in memory, metrics are listened to.
/// </summary>
internal sealed class DecisionPath : IAsyncDisposable
{
    private const string Scope = "things:read";

    private static readonly BucketSize Unlimited = new(BucketSize.Maximum, BucketSize.Maximum);
    private static readonly ApiKeyOptions KeyOptions = ApiKeyOptions.Read(new ConfigurationBuilder().Build());

    private readonly LimiterUnderTest _limiter;
    private readonly OwnJournals _journals = new(JournalOptions.DefaultSegmentBytes);
    private readonly UsageJournal _journal;
    private readonly UsageMeter _meter;
    private readonly ServiceProvider _meters = new ServiceCollection().AddMetrics().BuildServiceProvider();
    private readonly KeyDatabase _noDatabase = new(NpgsqlDataSource.Create("Host=127.0.0.1;Port=1;Username=none"));
    private readonly LastUseRecorder _lastUse;
    private readonly MeterListener _listener = new();
    private readonly RequestDelegate _first;
    private readonly DefaultHttpContext _context = new();
    private readonly GatewayRequest _request;

    private DecisionPath(LimiterUnderTest limiter)
    {
        _limiter = limiter;
        _journal = _journals.Open(limiter.Time);
        _meter = new UsageMeter(limiter.Time, new UnmeteredRequests(limiter.Time, NullLogger<UnmeteredRequests>.Instance));
        _lastUse = new LastUseRecorder(_noDatabase, KeyOptions, limiter.Time, NullLogger<LastUseRecorder>.Instance);
        Listen();

        var (table, key) = NewKey();
        var factory = _meters.GetRequiredService<IMeterFactory>();
        var freshness = new KeyFreshness(KeyOptions, limiter.Time);
        RequestDelegate limits = new RateLimitMiddleware(AnswerAsync, limiter.Limiter).InvokeAsync;
        RequestDelegate restrictions = new RestrictionsMiddleware(limits).InvokeAsync;
        _first = new ApiKeyMiddleware(
            restrictions,
            new ApiKeyStore(new FakeSource(), table, new UnknownKeys(KeyOptions, limiter.Time), freshness, limiter.Time),
            new RefusalThrottle(new RefusalOptions(PerMinute: 60, Burst: 100), limiter.Time),
            _lastUse,
            new ApiKeyMetrics(factory, table, freshness)).InvokeAsync;

        _request = new GatewayRequest
        {
            Id = Guid.CreateVersion7(),
            ReceivedAt = limiter.Time.GetUtcNow(),
            ReceivedTimestamp = limiter.Time.GetTimestamp(),
        };
        _context.Features.Set(_request);
        _context.Request.Method = HttpMethods.Get;
        _context.Request.Path = "/v1/things/42";
        _context.Request.Headers.Authorization = $"Bearer {key}";
        _context.Connection.RemoteIpAddress = System.Net.IPAddress.Parse("203.0.113.9");
        _context.SetEndpoint(NewEndpoint());
    }

    /// <summary>Requests that were let through and written down.</summary>
    public long Answered { get; private set; }

    /// <summary>How often Redis was asked.</summary>
    public long RedisCalls => _limiter.Calls;

    public static async Task<DecisionPath> StartAsync(string redisUrl) => new(await LimiterUnderTest.StartAsync(redisUrl));

    /// <summary>Decides over one request.</summary>
    public Task DecideAsync()
    {
        _request.Outcome = default;
        return _first(_context);
    }

    /// <inheritdoc cref="LimiterUnderTest.UntilLeasedAsync"/>
    public Task UntilLeasedAsync() => _limiter.UntilLeasedAsync();

    public async ValueTask DisposeAsync()
    {
        _listener.Dispose();
        _lastUse.Dispose();
        await _journal.DisposeAsync();
        _journals.Dispose();
        await _noDatabase.DisposeAsync();
        await _meters.DisposeAsync();
        await _limiter.DisposeAsync();
    }

    /// <summary>Stands where the backend is: its answer leaves, and is over.</summary>
    private Task AnswerAsync(HttpContext context)
    {
        _request.Outcome = RequestOutcome.Forwarded;
        _request.BackendAnswered = true;
        if (_meter.TryMint(context, RequestOutcome.Forwarded, backendAnswered: true, out var record)
            && _journal.TryAppendBegin(record) == AppendResult.Written
            && _journal.TryAppendEnd(_meter.Complete(record, _request) with { ResponseBytes = 512 }, hasBegun: true) == AppendResult.Written)
        {
            Answered++;
        }

        return Task.CompletedTask;
    }

    // Nothing else listens in a test, and what nobody listens to is not even counted.
    private void Listen()
    {
        _listener.InstrumentPublished = static (instrument, listener) =>
        {
            if (instrument.Meter.Name == GatewayMeter.Name && !instrument.IsObservable)
            {
                listener.EnableMeasurementEvents(instrument);
            }
        };
        _listener.SetMeasurementEventCallback<long>(static (_, _, _, _) => { });
        _listener.SetMeasurementEventCallback<double>(static (_, _, _, _) => { });
        _listener.Start();
    }

    private static (KeyTable Table, string Key) NewKey()
    {
        var text = ApiKeyFormat.Generate(ApiKeyEnvironment.Live);
        var organization = new OrganizationTerms(
            Guid.NewGuid(), version: 1, isActive: true, new OrganizationLimits(new LimitTerms(Unlimited), new LimitTerms(Unlimited)), backend: null);
        var restrictions = new ApiKeyRestrictionsPool().Get(scopes: $"other {Scope}", networks: "10.0.0.0/8 203.0.113.0/24");
        var table = Rows.NewTable();
        table.Apply(
            [organization],
            [Rows.Key(organization.OrganizationId, ApiKeyHash.Of(text), restrictions: restrictions)],
            readVersion: 1,
            completeVersion: 1);
        return (table, text);
    }

    private static Endpoint NewEndpoint()
    {
        var route = new RouteConfig
        {
            RouteId = "things",
            Match = new RouteMatch { Path = "/v1/things/{**path}" },
            Metadata = new Dictionary<string, string>
            {
                [RestrictionsMiddleware.RequiredScope] = Scope,
                [$"{RouteLimits.MethodUnitsPrefix}GET"] = "1",
                [RouteLimits.PerMinuteName] = $"{BucketSize.Maximum}",
            },
        };
        var model = new RouteModel(route, cluster: null, HttpTransformer.Default);
        return new Endpoint(requestDelegate: null, new EndpointMetadataCollection(model, RouteLimits.Read(route)), displayName: route.RouteId);
    }
}
