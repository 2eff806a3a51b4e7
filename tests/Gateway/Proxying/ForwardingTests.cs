using System.Net;
using System.Security.Cryptography;
using Gateway.Testing;
using Gateway.Tests.Fixtures;

namespace Gateway.Tests.Proxying;

public sealed class ForwardingTests(TestServers servers, SharedGateway shared) : IClassFixture<SharedGateway>
{
    [Fact]
    public async Task Backend_learns_who_asks_and_never_sees_the_key()
    {
        await using var backend = await Backend.StartAsync();
        await using var gateway = await GatewayUnderTest.StartAsync(servers, backend);
        var customer = await gateway.Customers.CreateAsync();
        using var client = gateway.ClientOf(customer);

        using var response = await client.GetAsync("/v1/things/42?x=1&y=%20z");

        var received = backend.Single;
        Assert.Equal("/v1/things/42?x=1&y=%20z", received.Target);
        Assert.Equal(customer.OrganizationId.ToString(), received.Headers["X-Organization-Id"]);
        Assert.Equal(customer.KeyId.ToString(), received.Headers["X-Api-Key-Id"]);
        var requestId = Guid.Parse(received.Headers["X-Request-Id"]);
        Assert.Matches($"^00-{requestId:N}-[0-9a-f]{{16}}-00$", received.Headers["traceparent"]);
        Assert.DoesNotContain(received.Headers, header => header.Value.Contains(customer.Key, StringComparison.Ordinal));
        Assert.False(received.Headers.ContainsKey("Authorization"));
    }

    [Theory]
    [InlineData("X-Organization-Id")]
    [InlineData("x-organization-id")]
    [InlineData("X_Organization_Id")]
    [InlineData("X-Api-Key-Id")]
    [InlineData("X-Request-Id")]
    [InlineData("traceparent")]
    [InlineData("tracestate")]
    [InlineData("Forwarded")]
    [InlineData("X-Forwarded-For")]
    [InlineData("X_Forwarded_For")]
    [InlineData("X-Forwarded-Port")]
    [InlineData("X-Real-IP")]
    [InlineData("True-Client-IP")]
    public async Task Identity_headers_of_a_client_never_reach_the_backend(string name)
    {
        const string Forged = "forged";
        var customer = await shared.Gateway.Customers.CreateAsync();
        using var client = shared.Gateway.ClientOf(customer);
        client.DefaultRequestHeaders.TryAddWithoutValidation(name, Forged);

        using var response = await client.GetAsync("/");

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.DoesNotContain(Assert.Single(shared.ReceivedFrom(customer)).Headers, header => header.Value.Contains(Forged, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Bodies_arrive_byte_for_byte_in_both_directions()
    {
        await using var backend = await Backend.StartAsync(async context =>
        {
            // Read to its end first: an HTTP/1.1 client that still sends does not read yet.
            using var body = new MemoryStream();
            await context.Request.Body.CopyToAsync(body);
            await context.Response.Body.WriteAsync(body.GetBuffer().AsMemory(0, (int)body.Length));
        });
        await using var gateway = await GatewayUnderTest.StartAsync(servers, backend);
        using var client = gateway.ClientOf(await gateway.Customers.CreateAsync());
        var body = RandomNumberGenerator.GetBytes(40_000_000);

        using var response = await client.PostAsync("/echo", new ByteArrayContent(body));

        var echo = await response.Content.ReadAsByteArrayAsync();
        Assert.True(body.AsSpan().SequenceEqual(echo));
    }

    [Theory]
    [InlineData(201)]
    [InlineData(304)]
    [InlineData(404)]
    [InlineData(418)]
    [InlineData(500)]
    [InlineData(503)]
    public async Task Status_and_headers_of_the_backend_reach_the_client_as_they_are(int status)
    {
        await using var backend = await Backend.StartAsync(context =>
        {
            context.Response.StatusCode = status;
            context.Response.Headers["X-Backend"] = "yes";
            return Task.CompletedTask;
        });
        var customer = await shared.Gateway.Customers.CreateAsync();
        await shared.Gateway.GiveBackendAsync(customer, [backend.Address]);
        using var client = shared.Gateway.ClientOf(customer);

        using var response = await client.GetAsync("/");

        Assert.Equal(status, (int)response.StatusCode);
        Assert.Equal("yes", Assert.Single(response.Headers.GetValues("X-Backend")));
    }

    [Fact]
    public async Task Backend_that_refuses_connections_is_a_502_problem()
    {
        await using var backend = await Backend.StartAsync();
        await using var gateway = await GatewayUnderTest.StartAsync(servers, backend);
        using var client = gateway.ClientOf(await gateway.Customers.CreateAsync());
        await backend.DisposeAsync();

        using var response = await client.GetAsync("/");

        Assert.Equal(HttpStatusCode.BadGateway, response.StatusCode);
        Assert.Equal("urn:gateway:problem:backend-unavailable", (await response.ReadProblemAsync()).Type());
    }

    [Fact]
    public async Task Backend_that_does_not_answer_in_time_is_a_504_problem()
    {
        await using var backend = await Backend.StartAsync(context => Task.Delay(Timeout.Infinite, context.RequestAborted));
        await using var gateway = await GatewayUnderTest.StartAsync(
            servers, backend, ("ReverseProxy:Clusters:default:HttpRequest:ActivityTimeout", "00:00:00.300"));
        using var client = gateway.ClientOf(await gateway.Customers.CreateAsync());

        using var response = await client.GetAsync("/");

        Assert.Equal(HttpStatusCode.GatewayTimeout, response.StatusCode);
        Assert.Equal("urn:gateway:problem:backend-timeout", (await response.ReadProblemAsync()).Type());
    }

    [Theory]
    [InlineData("/v2")]
    [InlineData("/v2/report.json")]
    public async Task Path_without_a_route_is_a_404_problem(string path)
    {
        await using var backend = await Backend.StartAsync();
        await using var gateway = await GatewayUnderTest.StartAsync(servers, backend, ("ReverseProxy:Routes:default:Match:Path", "/v1/{**path}"));
        using var client = gateway.ClientOf(await gateway.Customers.CreateAsync());

        using var response = await client.GetAsync(path);

        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
        Assert.Equal("urn:gateway:problem:route-not-found", (await response.ReadProblemAsync()).Type());
        Assert.Empty(backend.Received);
    }
}
