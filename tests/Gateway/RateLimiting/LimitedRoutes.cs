using Gateway.Testing;
using Gateway.Tests.Fixtures;

namespace Gateway.Tests.RateLimiting;

/// <summary>One gateway for all tests of a class, with a route for each thing that routes say of limits.</summary>
public sealed class LimitedRoutes(TestServers servers) : IAsyncLifetime
{
    private LimitWorld? _world;

    internal TestServers Servers => servers;

    internal LimitWorld World => _world!;

    internal GatewayUnderTest Gateway => World.Gateway;

    internal Customers Customers => World.Customers;

    public async ValueTask InitializeAsync() => _world = await LimitWorld.StartAsync(
        servers,
        1,
        [
            .. Route("limited", ("PerMinute", "1"), ("BurstPerMinute", "3")),
            .. Route("priced", ("Units", "5"), ("Units.POST", "20")),
            .. Route("free", ("Units", "0")),
            .. Route("dear", ("Units", "1000")),
            .. Route("tried-out", ("PerMinute", "1"), ("ShadowLimit", "true")),
        ]);

    public ValueTask DisposeAsync() => World.DisposeAsync();

    /// <summary>Settings of a route to the default backend under a path that is its name.</summary>
    internal static (string Name, string Value)[] Route(string name, params (string Name, string Value)[] metadata) =>
    [
        ($"ReverseProxy:Routes:{name}:ClusterId", "default"),
        ($"ReverseProxy:Routes:{name}:Match:Path", $"/{name}/{{**rest}}"),
        .. metadata.Select(item => ($"ReverseProxy:Routes:{name}:Metadata:{item.Name}", item.Value)),
    ];
}
