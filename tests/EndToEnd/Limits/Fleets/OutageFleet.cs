using Gateway.Testing;

namespace Gateway.EndToEnd.Tests.Limits.Fleets;

/// <summary>Two gateways for the tests that take Redis away, with the patience that everybody has.</summary>
public sealed class OutageFleet(TestServers servers) : IAsyncLifetime
{
    internal const int Gateways = 2;

    private Fleet? _fleet;

    internal Fleet Fleet => _fleet!;

    public async ValueTask InitializeAsync() => _fleet = await Fleet.StartAsync(servers, Gateways, ("RateLimits__RedisTimeoutMilliseconds", "50"));

    public ValueTask DisposeAsync() => _fleet?.DisposeAsync() ?? ValueTask.CompletedTask;
}
