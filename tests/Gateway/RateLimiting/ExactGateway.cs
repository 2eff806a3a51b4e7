using Gateway.Testing;

namespace Gateway.Tests.RateLimiting;

/// <summary>One gateway for all tests of a class that leases nothing: what it is asked is what Redis is asked.</summary>
public sealed class ExactGateway(TestServers servers) : IAsyncLifetime
{
    private LimitWorld? _world;

    internal LimitWorld World => _world!;

    public async ValueTask InitializeAsync() => _world = await LimitWorld.StartAsync(servers, 1, ("RateLimits:Mode", "Exact"));

    public ValueTask DisposeAsync() => World.DisposeAsync();
}
