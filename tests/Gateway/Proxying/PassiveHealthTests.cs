using System.Net;
using Gateway.Testing;
using Gateway.Tests.Fixtures;

namespace Gateway.Tests.Proxying;

public sealed class PassiveHealthTests(TestServers servers)
{
    private const string Cluster = "ReverseProxy:Clusters:default";

    [Fact]
    public async Task Cluster_that_asks_for_YARPs_passive_checks_leaves_out_a_destination_that_fails_them()
    {
        using var closed = new ClosedPort();
        await using var backend = await Backend.StartAsync();
        await using var gateway = await GatewayUnderTest.StartAsync(
            servers,
            backend,
            ($"{Cluster}:LoadBalancingPolicy", "FirstAlphabetical"),
            ($"{Cluster}:Destinations:bad:Address", closed.Address),
            ($"{Cluster}:HealthCheck:Passive:Enabled", "true"),
            ($"{Cluster}:HealthCheck:Passive:ReactivationPeriod", "01:00:00"),
            ("Proxy:BreakMinimumRequests", "10000")); // The breaker does the same, sooner.
        using var client = gateway.ClientOf(await gateway.Customers.CreateAsync());

        // Never tried twice, so none is answered before the first destination is left out.
        await Eventually.EqualsAsync(HttpStatusCode.OK, async () =>
        {
            using var response = await client.PostAsync("/", content: null);
            return response.StatusCode;
        });
    }
}
