using Gateway.Cors;
using Gateway.Hosting.Settings;
using Gateway.Proxying.Backends;
using Gateway.Proxying.Routes;
using Microsoft.AspNetCore.Cors.Infrastructure;
using Microsoft.Extensions.Configuration;

namespace Gateway.Tests.Proxying;

public sealed class RouteReaderTests
{
    private const string Address = "ReverseProxy:Clusters:default:Destinations:default:Address";

    private static readonly Dictionary<string, string?> Valid = new()
    {
        ["ReverseProxy:Routes:default:ClusterId"] = "default",
        ["ReverseProxy:Routes:default:Match:Path"] = "{**path}",
        [Address] = "http://127.0.0.1:9000/",
    };

    [Fact]
    public void Clusters_get_the_gateways_timeouts_unless_they_have_their_own()
    {
        var routes = Read(new(Valid)
        {
            ["Proxy:ActivityTimeoutSeconds"] = "7",
            ["Proxy:HealthIntervalSeconds"] = "8",
            ["ReverseProxy:Clusters:default:HealthCheck:Active:Enabled"] = "true",
            ["ReverseProxy:Clusters:own:HttpRequest:ActivityTimeout"] = "00:00:09",
            ["ReverseProxy:Clusters:own:Destinations:one:Address"] = "http://127.0.0.1:9000/",
        });

        var (standard, own) = (routes.Clusters.Single(cluster => cluster.ClusterId == "default"), routes.Clusters.Single(cluster => cluster.ClusterId == "own"));
        Assert.Equal(TimeSpan.FromSeconds(7), standard.HttpRequest?.ActivityTimeout);
        Assert.Equal(TimeSpan.FromSeconds(8), standard.HealthCheck?.Active?.Interval);
        Assert.Equal(TimeSpan.FromSeconds(9), own.HttpRequest?.ActivityTimeout);
        Assert.Null(own.HealthCheck?.Active);
    }

    [Theory]
    [InlineData("ReverseProxy:Routes:default:ClusterId", "typo", "ReverseProxy:Routes:default:ClusterId")]
    [InlineData("ReverseProxy:Routes:more:Match:Path", "/more", "ReverseProxy:Routes:more:ClusterId")]
    [InlineData("ReverseProxy:Routes:default:Match:Path", "/{a", "ReverseProxy:Routes:default")]
    [InlineData("ReverseProxy:Routes:default:Match:Path", "", "ReverseProxy:Routes:default")]
    [InlineData("ReverseProxy:Routes:default:Match:Methods:0", "FETCH", "ReverseProxy:Routes:default")]
    [InlineData("ReverseProxy:Routes:default:Timeout", "soon", "ReverseProxy:Routes:default")]
    [InlineData("ReverseProxy:Routes:default:Timeout", "-00:00:01", "ReverseProxy:Routes:default")]
    [InlineData("ReverseProxy:Routes:default:Order", "first", "ReverseProxy:Routes:default")]
    [InlineData("ReverseProxy:Routes:default:AuthorizationPolicy", "Default", "ReverseProxy:Routes:default:AuthorizationPolicy")]
    [InlineData("ReverseProxy:Clusters:default:LoadBalancingPolicy", "Best", "ReverseProxy:Clusters:default")]
    [InlineData("ReverseProxy:Clusters:default:HttpRequest:ActivityTimeout", "x", "ReverseProxy:Clusters:default")]
    [InlineData("ReverseProxy:Clusters:default:HealthCheck:Active:Enabled", "perhaps", "ReverseProxy:Clusters:default")]
    [InlineData(Address, "http://169.254.169.254/", Address)]
    [InlineData(Address, "http://[fe80::1]/", Address)]
    [InlineData(Address, "http://user:hunter2@backend/", Address)]
    [InlineData("ReverseProxy:Clusters:default:Destinations:second:Address", "backend", "ReverseProxy:Clusters:default:Destinations:second:Address")]
    [InlineData("ReverseProxy:Clusters:empty:LoadBalancingPolicy", "First", "ReverseProxy:Clusters:empty:Destinations:default:Address")]
    public void Routes_that_make_no_sense_are_named_in_one_line(string name, string value, string named)
    {
        var exception = Assert.Throws<SettingException>(() => Read(new(Valid) { [name] = value }));

        Assert.StartsWith(named + ": ", exception.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', exception.Message);
        Assert.DoesNotContain("hunter2", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void No_route_at_all_is_a_mistake() =>
        Assert.StartsWith("ReverseProxy:Routes: ", Assert.Throws<SettingException>(() => Read(new() { [Address] = Valid[Address] })).Message, StringComparison.Ordinal);

    [Fact]
    public void Link_local_backend_is_allowed_where_the_operator_says_so() =>
        Assert.Single(Read(new(Valid) { [Address] = "http://169.254.1.1/", ["Proxy:AllowLinkLocalBackends"] = "true" }).Clusters);

    private static ProxyRoutes Read(Dictionary<string, string?> values)
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(values).Build();
        return RouteReader.Read(configuration, BackendOptions.Read(configuration), new BrowserPolicies(new Dictionary<string, CorsPolicy>()));
    }
}
