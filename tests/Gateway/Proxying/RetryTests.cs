using System.Net;
using Gateway.Testing;
using Gateway.Tests.Fixtures;

namespace Gateway.Tests.Proxying;

public sealed class RetryTests(TestServers servers)
{
    // In front of "default", so that the first attempt always goes there.
    private const string First = "ReverseProxy:Clusters:default:Destinations:bad:Address";

    private static readonly (string, string) InOrder = ("ReverseProxy:Clusters:default:LoadBalancingPolicy", "FirstAlphabetical");

    [Fact]
    public async Task Idempotent_request_without_a_body_that_a_destination_refuses_is_answered_by_another_one_and_no_other_request_is()
    {
        (string Method, string? Body, HttpStatusCode Expected)[] requests =
        [
            ("GET", null, HttpStatusCode.OK),
            ("HEAD", null, HttpStatusCode.OK),
            ("OPTIONS", null, HttpStatusCode.OK),
            ("POST", null, HttpStatusCode.BadGateway),
            ("PATCH", null, HttpStatusCode.BadGateway),
            ("PUT", "body", HttpStatusCode.BadGateway),
            ("GET", "body", HttpStatusCode.BadGateway),
            ("PUT", null, HttpStatusCode.OK),
            ("DELETE", null, HttpStatusCode.OK),
        ];
        using var closed = new ClosedPort();
        await using var backend = await Backend.StartAsync();
        await using var gateway = await GatewayUnderTest.StartAsync(servers, backend, InOrder, (First, closed.Address));
        using var client = gateway.ClientOf(await gateway.Customers.CreateAsync());

        foreach (var (method, body, expected) in requests)
        {
            using var request = new HttpRequestMessage(new HttpMethod(method), "/v1?x=1") { Content = body is null ? null : new StringContent(body) };
            using var response = await client.SendAsync(request);

            Assert.Equal((method, body, expected), (method, body, response.StatusCode));
        }

        Assert.Equal(requests.Where(request => request.Expected == HttpStatusCode.OK).Select(request => request.Method), backend.Received.Select(request => request.Method));
        Assert.All(backend.Received, request => Assert.Equal("/v1?x=1", request.Target));
    }

    [Fact]
    public async Task Request_that_was_tried_twice_is_one_request_with_one_id_and_one_event()
    {
        await using var broken = RawBackend.Start(static connection =>
        {
            connection.Reset();
            return Task.CompletedTask;
        });
        await using var backend = await Backend.StartAsync();
        await using var gateway = await GatewayUnderTest.StartAsync(servers, backend, InOrder, (First, broken.Address));
        var customer = await gateway.Customers.CreateAsync();
        using var client = gateway.ClientOf(customer);

        using var response = await client.GetAsync("/once");
        using var second = await client.PostAsync("/last", new StringContent("body"));

        Assert.Equal("hello", await response.Content.ReadAsStringAsync());
        Assert.Contains(backend.Single.Headers["X-Request-Id"], broken.Heads.First(), StringComparison.Ordinal);
        var events = await Topic.EventsAsync(await servers.EmbeddedBrokerAsync(), customer.OrganizationId, 2);
        Assert.Equal([("/once", 200, true), ("/last", 502, false)], events.Select(usageEvent => (usageEvent.Path, usageEvent.Status, usageEvent.Billable)));
    }

    [Fact]
    public async Task Client_stays_with_the_destination_that_answered_and_hears_nothing_of_the_one_that_did_not()
    {
        const string Affinity = "ReverseProxy:Clusters:default:SessionAffinity";
        using var closed = new ClosedPort();
        await using var backend = await Backend.StartAsync();
        await using var gateway = await GatewayUnderTest.StartAsync(
            servers, backend, InOrder, (First, closed.Address), ($"{Affinity}:Enabled", "true"), ($"{Affinity}:AffinityKeyName", "node"));
        using var client = gateway.ClientOf(await gateway.Customers.CreateAsync());

        using var response = await client.GetAsync("/");

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Single(response.Headers.GetValues("Set-Cookie"));
    }

    [Theory]
    [InlineData("ReverseProxy:Clusters:default:HttpRequest:ActivityTimeout")]
    [InlineData("ReverseProxy:Routes:default:Timeout")]
    public async Task Request_that_was_waited_for_long_enough_is_not_sent_twice(string timeout)
    {
        await using var hanging = RawBackend.StartHanging();
        await using var backend = await Backend.StartAsync();
        await using var gateway = await GatewayUnderTest.StartAsync(servers, backend, InOrder, (First, hanging.Address), (timeout, "00:00:00.300"));
        using var client = gateway.ClientOf(await gateway.Customers.CreateAsync());

        using var response = await client.GetAsync("/");

        Assert.Equal(HttpStatusCode.GatewayTimeout, response.StatusCode);
        Assert.Empty(backend.Received);
    }

    [Fact]
    public async Task Answer_of_the_backend_is_an_answer_whatever_it_says()
    {
        await using var first = RawBackend.Start("HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\n\r\n");
        await using var backend = await Backend.StartAsync();
        await using var gateway = await GatewayUnderTest.StartAsync(servers, backend, InOrder, (First, first.Address));
        using var client = gateway.ClientOf(await gateway.Customers.CreateAsync());

        using var response = await client.GetAsync("/");

        Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);
        Assert.Empty(backend.Received);
    }

    [Fact]
    public async Task Retries_can_be_turned_off()
    {
        using var closed = new ClosedPort();
        await using var backend = await Backend.StartAsync();
        await using var gateway = await GatewayUnderTest.StartAsync(
            servers, backend, InOrder, (First, closed.Address), ("Proxy:Retries", "0"));
        using var client = gateway.ClientOf(await gateway.Customers.CreateAsync());

        using var response = await client.GetAsync("/");

        Assert.Equal(HttpStatusCode.BadGateway, response.StatusCode);
    }
}
