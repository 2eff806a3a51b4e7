using Gateway.Proxying.Routes;
using Gateway.RateLimiting.Limits;
using Gateway.Testing;
using Gateway.Tests.Fixtures;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Yarp.ReverseProxy.Configuration;

namespace Gateway.Tests.RateLimiting.Limits;

public sealed class RouteLimitsTests(TestServers servers)
{
    [Fact]
    public void Route_that_says_nothing_costs_one_unit_and_has_no_limit()
    {
        var limits = RouteLimits.Read(new RouteConfig { RouteId = "default" });

        Assert.Equal(("default", 1, null, RedisOutage.LocalShare), (limits.RouteName, limits.UnitsOf("GET"), limits.PerMinute, limits.WhenRedisIsDown));
    }

    [Fact]
    public void Request_without_a_route_has_the_limits_of_none()
    {
        Assert.Same(RouteLimits.None, RouteLimits.Of(new DefaultHttpContext()));
        Assert.Equal(("none", 1, null), (RouteLimits.None.RouteName, RouteLimits.None.UnitsOf("GET"), RouteLimits.None.PerMinute));
    }

    [Fact]
    public void Method_has_its_own_cost_where_the_route_says_so_and_a_websocket_costs_what_a_get_costs()
    {
        var limits = Read(("Units", "5"), ("Units.POST", "1000000"), ("Units.GET", "0"));

        Assert.Equal([5, 1_000_000, 0, 0, 5], ((string[])["PUT", "POST", "GET", "CONNECT", "post"]).Select(limits.UnitsOf));
    }

    [Fact]
    public void Burst_is_the_limit_unless_it_is_named()
    {
        Assert.Equal(new LimitTerms(new BucketSize(60, 60)), Read(("PerMinute", "60")).PerMinute);
        Assert.Equal(new LimitTerms(new BucketSize(60, 7), IsShadow: true), Read(("PerMinute", "60"), ("BurstPerMinute", "7"), ("ShadowLimit", "true")).PerMinute);
        Assert.Equal(new LimitTerms(new BucketSize(60, 60)), Read(("PerMinute", "60"), ("ShadowLimit", "false")).PerMinute);
    }

    [Theory]
    [InlineData("local-share", 0)]
    [InlineData("open", 1)]
    [InlineData("closed", 2)]
    public void Route_chooses_what_becomes_of_its_requests_without_redis(string value, int expected) =>
        Assert.Equal((RedisOutage)expected, Read(("WhenRedisIsDown", value)).WhenRedisIsDown);

    [Fact]
    public void Asking_allocates_nothing()
    {
        var limits = Read(("Units.POST", "5"));
        var context = new DefaultHttpContext();
        context.SetEndpoint(new Endpoint(null, new EndpointMetadataCollection(limits), "reports"));
        Assert.Same(limits, RouteLimits.Of(context));
        RouteLimits.Of(context).UnitsOf("POST");

        const int Questions = 10_000;
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var count = 0; count < Questions; count++)
        {
            RouteLimits.Of(context).UnitsOf("POST");
        }

        // What the runtime itself needs while it optimizes the loop aside.
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, Questions / 10);
    }

    [Fact]
    public async Task Routes_of_a_running_gateway_have_what_their_metadata_say_and_what_it_changes_to()
    {
        using var directory = new TemporaryDirectory();
        var file = directory.Combine("routes.json");
        await using var backend = await Backend.StartAsync();
        await WriteAsync(file, backend, "5");
        await using var gateway = await GatewayUnderTest.StartAsync(servers, backend, ("Proxy:RoutesFile", file));

        Assert.Equal(("reports", 5), (LimitsOf(gateway, "reports").RouteName, LimitsOf(gateway, "reports").UnitsOf("GET")));
        Assert.Equal(1, LimitsOf(gateway, "default").UnitsOf("GET"));

        await WriteAsync(file, backend, "6");
        await Eventually.IsTrueAsync(() => Task.FromResult(LimitsOf(gateway, "reports").UnitsOf("GET") == 6), "the new cost");

        // A mistake is not taken over: the route neither becomes free nor goes back to one unit.
        await WriteAsync(file, backend, "six");
        gateway.Services.GetRequiredService<RoutesFile>().Refresh();
        Assert.Equal(6, LimitsOf(gateway, "reports").UnitsOf("GET"));
    }

    private static RouteLimits Read(params (string Name, string Value)[] metadata) => RouteLimits.Read(new RouteConfig
    {
        RouteId = "reports",
        Metadata = metadata.ToDictionary(pair => pair.Name, pair => pair.Value),
    });

    private static RouteLimits LimitsOf(GatewayUnderTest gateway, string route)
    {
        var context = new DefaultHttpContext();
        context.SetEndpoint(gateway.Services.GetRequiredService<EndpointDataSource>().Endpoints.Single(endpoint => endpoint.DisplayName == route));
        return RouteLimits.Of(context);
    }

    private static Task WriteAsync(string file, Backend backend, string units) => File.WriteAllTextAsync(
        file,
        $$"""
        {"ReverseProxy": {
            "Routes": {"reports": {"ClusterId": "reports", "Match": {"Path": "/reports"}, "Metadata": {"Units": "{{units}}"} } },
            "Clusters": {"reports": {"Destinations": {"one": {"Address": "{{backend.Address}}"} } } } } }
        """);
}
