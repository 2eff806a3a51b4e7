using System.Collections.Frozen;
using BenchmarkDotNet.Attributes;
using Gateway.ApiKeys;
using Gateway.ApiKeys.Memory;
using Gateway.Benchmarks.Servers;
using Gateway.Contracts;
using Gateway.Contracts.ApiKeys;
using Gateway.Organizations;
using Gateway.Quotas;
using Gateway.RateLimiting;
using Gateway.RateLimiting.Leases;
using Gateway.RateLimiting.Limits;
using Gateway.RateLimiting.Redis;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Gateway.Benchmarks.Limits;

/// <summary>
/// What the limits cost a request of a hot organization, one after the other: from leases with their renewals in the
/// background, and from Redis each time. It is asked where <c>REDIS_URL</c> says, or else one is started for it.
/// </summary>
[InProcess]
[MemoryDiagnoser]
public class LimitDecisionBenchmarks
{
    private static readonly BucketSize Unlimited = new(BucketSize.Maximum, BucketSize.Maximum);

    private OwnServers _servers = null!;
    private WebApplication _application = null!;
    private RateLimiter _limiter = null!;
    private ApiKey _key = null!;

    /// <summary>How limits are decided; adaptive is leased for an organization as hot as this one.</summary>
    [Params("Adaptive", "Exact")]
    public string Mode { get; set; } = string.Empty;

    /// <summary>How many limits there are: a minute and a day, and where there are three, a minute of the key.</summary>
    [Params(2, 3)]
    public int Limits { get; set; }

    /// <summary>Connects, and spends until leases are there.</summary>
    [GlobalSetup]
    public void Connect() => ConnectAsync().GetAwaiter().GetResult();

    /// <summary>Gives the leases back.</summary>
    [GlobalCleanup]
    public void Disconnect() => DisconnectAsync().GetAwaiter().GetResult();

    /// <summary>One request.</summary>
    [Benchmark]
    public async Task<bool> Decide() => (await DecideAsync()).IsAllowed;

    private ValueTask<LimitDecision> DecideAsync() => _limiter.DecideAsync(_key, RouteLimits.None, 1);

    private async Task ConnectAsync()
    {
        _servers = OwnServers.New();
        var builder = WebApplication.CreateBuilder();
        builder.Logging.ClearProviders();
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            // Nothing here has a quota, so nobody connects.
            [EnvironmentVariables.DatabaseUrl] = "postgresql://nobody@127.0.0.1/nothing",
            [EnvironmentVariables.RedisUrl] = Environment.GetEnvironmentVariable(EnvironmentVariables.RedisUrl) is { Length: > 0 } url
                ? url
                : (await _servers.StartRedisAsync()).Url,
            ["RateLimits:Mode"] = Mode,
            ["RateLimits:RedisTimeoutMilliseconds"] = "5000",
        });
        builder.Services.AddSingleton(TimeProvider.System);
        builder.Services.AddSingleton(NpgsqlDataSource.Create("Host=127.0.0.1"));
        builder.AddRateLimits();
        builder.AddQuotas();
        _application = builder.Build();
        foreach (var service in _application.Services.GetServices<IHostedService>().Where(static service => service is not QuotaReconciliation))
        {
            await service.StartAsync(CancellationToken.None);
        }

        _limiter = _application.Services.GetRequiredService<RateLimiter>();
        _key = NewKey();
        var scripts = _application.Services.GetRequiredService<RedisScripts>();
        for (var decidedBy = DecidedBy.LocalShare; decidedBy != (Mode == nameof(LeaseMode.Exact) ? DecidedBy.Redis : DecidedBy.Lease) || !scripts.IsAvailable;)
        {
            decidedBy = (await DecideAsync()).By;
        }
    }

    private async Task DisconnectAsync()
    {
        foreach (var service in _application.Services.GetServices<IHostedService>().Reverse())
        {
            await service.StopAsync(CancellationToken.None);
        }

        await _application.DisposeAsync();
        await _servers.DisposeAsync();
    }

    private ApiKey NewKey()
    {
        var row = new ApiKeyRow(
            ApiKeyHash.Of(ApiKeyFormat.Generate(ApiKeyEnvironment.Live)), Guid.NewGuid(), Guid.NewGuid(), 1, IsUsable: true, ApiKeyRow.Never, Restrictions: null);
        var limits = new OrganizationLimits(new LimitTerms(Unlimited), new LimitTerms(Unlimited));
        if (Limits == 3)
        {
            limits = limits with { Keys = new Dictionary<Guid, LimitTerms> { [row.Id] = new(Unlimited) }.ToFrozenDictionary() };
        }

        return new ApiKey(row, new Organization(new OrganizationTerms(row.OrganizationId, version: 1, isActive: true, limits, backend: null)));
    }
}
