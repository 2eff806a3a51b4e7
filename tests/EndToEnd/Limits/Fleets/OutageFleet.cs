using Gateway.Testing;

namespace Gateway.EndToEnd.Tests.Limits.Fleets;

/// <summary>Two gateways for the tests that take Redis away, with the settings that everybody has.</summary>
public sealed class OutageFleet(TestServers servers) : IAsyncLifetime
{
    internal const int Gateways = 2;

    internal Fleet Fleet { get; private set; } = null!;

    public async ValueTask InitializeAsync() => Fleet = await Fleet.StartAsync(servers, Gateways);

    public ValueTask DisposeAsync() => Fleet.DisposeAsync();
}
