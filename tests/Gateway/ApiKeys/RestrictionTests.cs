using System.Net;
using Gateway.Contracts.Usage;
using Gateway.Testing;
using Gateway.Tests.Fixtures;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Gateway.Tests.ApiKeys;

public sealed class RestrictionTests(TestServers servers, SharedGateway shared) : IClassFixture<SharedGateway>
{
    [Theory]
    [InlineData("{reports:read}", HttpStatusCode.OK, null)]
    [InlineData("{other,reports:read}", HttpStatusCode.OK, null)]
    [InlineData("{reports}", HttpStatusCode.Forbidden, "urn:gateway:problem:insufficient-scope")]
    [InlineData("{}", HttpStatusCode.Forbidden, "urn:gateway:problem:insufficient-scope")]
    public async Task Route_that_requires_a_scope_lets_only_keys_with_it_on(string scopes, HttpStatusCode expected, string? problem)
    {
        await using var backend = await Backend.StartAsync();
        await using var gateway = await GatewayUnderTest.StartAsync(
            servers, backend,
            ("ReverseProxy:Routes:reports:ClusterId", "default"),
            ("ReverseProxy:Routes:reports:Match:Path", "/reports/{**path}"),
            ("ReverseProxy:Routes:reports:Metadata:RequiredScope", "reports:read"));
        var customer = await gateway.Customers.CreateAsync();
        await gateway.Customers.ExecuteAsync($"UPDATE api_keys SET scopes = '{scopes}' WHERE id = $1", customer.KeyId);
        await gateway.Customers.GatewaysAreInStepAsync();
        using var client = gateway.ClientOf(customer);

        using var response = await client.GetAsync("/Reports/1");
        Assert.Equal(expected, response.StatusCode);
        if (problem is not null)
        {
            Assert.Equal(problem, (await response.ReadProblemAsync()).Type());
            Assert.Empty(backend.Received);
        }

        Assert.Equal(HttpStatusCode.OK, (await client.GetAsync("/elsewhere")).StatusCode);
    }

    [Fact]
    public async Task Path_that_a_backend_may_read_as_that_of_a_scoped_route_needs_its_scope_and_others_arrive_as_they_were_sent()
    {
        string[] hidden =
        [
            "/v1/reports", "/v1/REPORTS/", "//v1/reports", "/v1//reports/1", "/v1/reports%2f1", "/v1/%2Freports/1", "/v1/reports;x=1/1",
            "/v1/reports%3bx/1", "/v1/%2572eports/1", "/v1/x%2f%252e%252e%2freports", "/v1/a/..//reports",
        ];
        string[] open = ["/v1/other//reports", "/v1/a%2freports", "/v1/a;b/c", "/v1/reports1//", "/v1/100%25", "/v1//public/1"];
        await using var backend = await Backend.StartAsync(
            context => context.Response.WriteAsync(context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget));
        await using var gateway = await GatewayUnderTest.StartAsync(
            servers, backend,
            ("ReverseProxy:Routes:reports:ClusterId", "default"),
            ("ReverseProxy:Routes:reports:Match:Path", "/v1/reports/{**path}"),
            ("ReverseProxy:Routes:reports:Metadata:RequiredScope", "reports:read"));
        var stranger = await gateway.Customers.CreateAsync();
        var reader = await gateway.Customers.CreateAsync();
        await gateway.Customers.ExecuteAsync("UPDATE api_keys SET scopes = '{reports:read}' WHERE id = $1", reader.KeyId);
        await gateway.Customers.GatewaysAreInStepAsync();

        foreach (var target in (string[])[.. hidden, .. open])
        {
            Assert.Equal((target, target.StartsWith("/v1/a/..", StringComparison.Ordinal) ? "/v1//reports" : target), (target, await GetAsync(reader, target)));
            Assert.Equal((target, hidden.Contains(target) ? "403" : target), (target, await GetAsync(stranger, target)));
        }

        async Task<string> GetAsync(Customer customer, string target)
        {
            var answer = await RawConnection.ExchangeAsync(
                gateway.Client.BaseAddress!, $"GET {target} HTTP/1.0\r\nHost: gateway\r\nX-API-Key: {customer.Key}\r\n\r\n");
            return answer.StartsWith("HTTP/1.1 200 ", StringComparison.Ordinal) ? answer[(answer.IndexOf("\r\n\r\n", StringComparison.Ordinal) + 4)..] : answer[9..12];
        }
    }

    [Fact]
    public async Task WebSocket_over_HTTP_2_needs_the_scope_of_a_route_for_GET()
    {
        await using var backend = await Backend.StartAsync();
        await using var gateway = await GatewayUnderTest.StartAsync(
            servers, backend,
            ("Proxy:Http2Port", "0"),
            ("ReverseProxy:Routes:reports:ClusterId", "default"),
            ("ReverseProxy:Routes:reports:Match:Path", "/reports/{**path}"),
            ("ReverseProxy:Routes:reports:Match:Methods:0", "GET"),
            ("ReverseProxy:Routes:reports:Metadata:RequiredScope", "reports:read"));
        var customer = await gateway.Customers.CreateAsync();
        using var client = gateway.ClientOf(customer);
        using var request = new HttpRequestMessage(HttpMethod.Connect, new Uri(gateway.Http2Address!, "/reports/live"))
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
        };
        request.Headers.Protocol = "websocket";

        using var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);

        Assert.Equal(HttpStatusCode.Forbidden, response.StatusCode);
        Assert.Empty(backend.Received);
        Assert.Equal("CONNECT", Assert.Single(await Topic.EventsAsync(await servers.EmbeddedBrokerAsync(), customer.OrganizationId, 1)).Method);
    }

    [Theory]
    [InlineData("{127.0.0.0/8}", HttpStatusCode.OK)]
    [InlineData("{10.0.0.0/8,127.0.0.1/32}", HttpStatusCode.OK)]
    [InlineData("{}", HttpStatusCode.OK)]
    [InlineData("{10.0.0.0/8}", HttpStatusCode.Forbidden)]
    [InlineData("{::/0}", HttpStatusCode.Forbidden)]
    public async Task Key_works_only_from_its_networks(string networks, HttpStatusCode expected)
    {
        var customer = await shared.Gateway.Customers.CreateAsync();
        await shared.Gateway.Customers.ExecuteAsync($"UPDATE api_keys SET allowed_networks = '{networks}' WHERE id = $1", customer.KeyId);
        await shared.Gateway.Customers.GatewaysAreInStepAsync();
        using var client = shared.Gateway.ClientOf(customer);

        Assert.Equal(expected, (await client.GetAsync("/")).StatusCode);
    }

    [Theory]
    [InlineData("127.0.0.0/8", "203.0.113.9", HttpStatusCode.OK)]
    [InlineData("127.0.0.1", "198.51.100.1, 203.0.113.9", HttpStatusCode.OK)]
    [InlineData("127.0.0.1,203.0.113.0/24", "203.0.113.9, 203.0.113.1", HttpStatusCode.OK)]
    [InlineData("127.0.0.1", "203.0.113.9, 198.51.100.1", HttpStatusCode.Forbidden)]
    [InlineData("10.0.0.1", "203.0.113.9", HttpStatusCode.Forbidden)]
    [InlineData("", "203.0.113.9", HttpStatusCode.Forbidden)]
    public async Task Client_is_whom_a_trusted_proxy_names_and_nobody_else(string trusted, string forwardedFor, HttpStatusCode expected)
    {
        await using var backend = await Backend.StartAsync();
        await using var gateway = await GatewayUnderTest.StartAsync(servers, backend, ("Proxy:TrustedProxies", trusted));
        var customer = await gateway.Customers.CreateAsync();
        await gateway.Customers.ExecuteAsync("UPDATE api_keys SET allowed_networks = '{203.0.113.9/32}' WHERE id = $1", customer.KeyId);
        await gateway.Customers.GatewaysAreInStepAsync();
        using var client = gateway.ClientOf(customer);
        client.DefaultRequestHeaders.Add("X-Forwarded-For", forwardedFor);

        Assert.Equal(expected, (await client.GetAsync("/")).StatusCode);
        if (expected == HttpStatusCode.OK)
        {
            Assert.Equal("203.0.113.9", backend.Single.Headers["X-Forwarded-For"]);
        }
    }

    [Fact]
    public async Task Forbidden_request_is_metered_as_such_costs_no_limit_and_is_not_billable()
    {
        await using var backend = await Backend.StartAsync();
        await using var gateway = await GatewayUnderTest.StartAsync(servers, backend);
        var customer = await gateway.Customers.CreateAsync();
        await gateway.Customers.LimitAsync(customer, "day", limit: 1, burst: 1);
        await gateway.Customers.ExecuteAsync("UPDATE api_keys SET allowed_networks = '{10.0.0.0/8}' WHERE id = $1", customer.KeyId);
        await gateway.Customers.GatewaysAreInStepAsync();
        using var client = gateway.ClientOf(customer);

        Assert.Equal(HttpStatusCode.Forbidden, (await client.GetAsync("/")).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await client.GetAsync("/")).StatusCode);
        await gateway.Customers.ExecuteAsync("UPDATE api_keys SET allowed_networks = '{}' WHERE id = $1", customer.KeyId);
        await gateway.Customers.GatewaysAreInStepAsync();
        Assert.Equal(HttpStatusCode.OK, (await client.GetAsync("/")).StatusCode);

        var events = await Topic.EventsAsync(await servers.EmbeddedBrokerAsync(), customer.OrganizationId, 3);
        Assert.Equal(2, events.Count(usage => usage is { Outcome: UsageOutcome.Forbidden, Status: 403, Billable: false }));
    }
}
