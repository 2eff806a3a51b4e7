using Gateway.Testing;

namespace Gateway.Tests.Fixtures;

/// <summary>One gateway for all tests of a class, each with customers of its own. Settings are the defaults, but health is looked at every second.</summary>
public sealed class SharedGateway(TestServers servers) : IAsyncLifetime
{
    private Backend? _backend;
    private GatewayUnderTest? _gateway;

    internal TestServers Servers => servers;

    internal GatewayUnderTest Gateway => _gateway!;

    /// <summary>The default backend, which answers "hello".</summary>
    internal Backend Backend => _backend!;

    /// <summary>What the default backend got from one customer.</summary>
    internal IReadOnlyList<ReceivedRequest> ReceivedFrom(Customer customer) =>
        [.. Backend.Received.Where(request => request.Headers["X-Organization-Id"] == customer.OrganizationId.ToString())];

    public async ValueTask InitializeAsync()
    {
        _backend = await Backend.StartAsync();
        _gateway = await GatewayUnderTest.StartAsync(servers, _backend, ("Proxy:HealthIntervalSeconds", "1"));
    }

    public async ValueTask DisposeAsync()
    {
        await Gateway.DisposeAsync();
        await Backend.DisposeAsync();
    }
}
