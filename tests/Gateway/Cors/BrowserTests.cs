using System.Net;
using Gateway.Testing;
using Gateway.Tests.Fixtures;
using Gateway.Tests.Transparency;
using Microsoft.AspNetCore.Http;

namespace Gateway.Tests.Cors;

/// <summary>Routes: /open has a policy of the gateway, /own leaves browsers to its backend, /h1 says nothing.</summary>
public sealed class BrowserGateway(TestServers servers) : TransparentGateway(servers)
{
    internal override (string Name, string Value)[] Settings =>
    [
        ("Cors:Policies:web:Origins", "https://app.example.com, https://*.example.org"),
        ("Cors:Policies:web:Methods", "GET,PUT"),
        ("Cors:Policies:web:ExposedHeaders", "X-Total"),
        ("ReverseProxy:Routes:open:ClusterId", "default"),
        ("ReverseProxy:Routes:open:CorsPolicy", "web"),
        ("ReverseProxy:Routes:open:Match:Path", "/open/{**path}"),
        ("ReverseProxy:Routes:open:Match:Methods:0", "GET"),
        ("ReverseProxy:Routes:open:Match:Methods:1", "PUT"),
        ("ReverseProxy:Routes:own:ClusterId", "default"),
        ("ReverseProxy:Routes:own:CorsPolicy", "backend"),
        ("ReverseProxy:Routes:own:Match:Path", "/own/{**path}"),
    ];
}

public sealed class BrowserTests(BrowserGateway gateway) : IClassFixture<BrowserGateway>
{
    private const string Origin = "https://app.example.com";

    [Fact]
    public async Task Preflight_is_answered_from_the_routes_policy_without_a_key_and_without_the_backend()
    {
        var path = Route("open", _ => throw new InvalidOperationException("the backend must not hear of it"));

        using var response = await PreflightAsync(path, Origin, "PUT", "authorization,x-custom");

        Assert.Equal(HttpStatusCode.NoContent, response.StatusCode);
        Assert.Equal(Origin, Header(response, "Access-Control-Allow-Origin"));
        Assert.Contains("PUT", Header(response, "Access-Control-Allow-Methods"), StringComparison.Ordinal);
        Assert.Equal("authorization,x-custom", Header(response, "Access-Control-Allow-Headers"));
        Assert.Equal("600", Header(response, "Access-Control-Max-Age"));
    }

    [Theory]
    [InlineData("https://deep.example.org", true)]
    [InlineData("https://example.org.evil.example", false)]
    [InlineData("http://app.example.com", false)]
    [InlineData("null", false)]
    public async Task Only_origins_of_the_policy_are_let_in(string origin, bool isAllowed)
    {
        using var response = await PreflightAsync(Route("open", Hello), origin, "GET");

        Assert.Equal(isAllowed ? origin : null, Header(response, "Access-Control-Allow-Origin"));
    }

    [Fact]
    public async Task Answer_of_the_backend_carries_the_policy_and_nothing_else_about_origins()
    {
        var path = Route("open", context =>
        {
            context.Response.Headers.AccessControlAllowOrigin = "*";
            context.Response.Headers.AccessControlAllowCredentials = "true";
            return context.Response.WriteAsync("hello");
        });
        using var client = await gateway.ClientAsync();
        client.DefaultRequestHeaders.Add("Origin", Origin);
        using var stranger = await gateway.ClientAsync();
        stranger.DefaultRequestHeaders.Add("Origin", "https://evil.example");

        using var response = await client.GetAsync(path);
        using var strangersResponse = await stranger.GetAsync(path);

        Assert.Equal(Origin, Header(response, "Access-Control-Allow-Origin"));
        Assert.Null(Header(response, "Access-Control-Allow-Credentials"));
        Assert.Equal("X-Total,Retry-After", ExposedOf(response, "X-Total", "Retry-After"));
        Assert.Null(Header(strangersResponse, "Access-Control-Allow-Origin"));
        Assert.Null(Header(strangersResponse, "Access-Control-Allow-Credentials"));
    }

    [Theory]
    [InlineData("open")]
    [InlineData("own")]
    public async Task Script_may_read_a_refusal_and_when_to_come_back(string route)
    {
        var path = Route(route, Hello);
        var customer = await gateway.CustomerAsync();
        await gateway.Gateway.Customers.LimitAsync(customer, "day", 1, 1);
        using var client = gateway.ClientOf(customer);
        client.DefaultRequestHeaders.Add("Origin", Origin);

        using var allowed = await client.GetAsync(path);
        using var limited = await client.GetAsync(path);
        using var anonymousRequest = new HttpRequestMessage(HttpMethod.Get, path) { Headers = { { "Origin", Origin } } };
        using var anonymous = await gateway.Gateway.Client.SendAsync(anonymousRequest);

        Assert.Equal(HttpStatusCode.OK, allowed.StatusCode);
        Assert.Equal(HttpStatusCode.TooManyRequests, limited.StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, anonymous.StatusCode);
        foreach (var refusal in (HttpResponseMessage[])[limited, anonymous])
        {
            Assert.Equal(Origin, Header(refusal, "Access-Control-Allow-Origin"));
            Assert.Equal("Origin", Header(refusal, "Vary"));
            Assert.Equal("RateLimit,Retry-After", ExposedOf(refusal, "RateLimit", "Retry-After"));
        }
    }

    [Fact]
    public async Task Preflight_is_passed_on_without_key_identity_metering_and_limits_where_the_route_says_so()
    {
        Dictionary<string, string>? seen = null;
        var path = Route("own", context =>
        {
            seen = context.Request.Headers.ToDictionary(header => header.Key, header => header.Value.ToString(), StringComparer.OrdinalIgnoreCase);
            context.Response.Headers.AccessControlAllowOrigin = "https://backends.choice";
            context.Response.StatusCode = StatusCodes.Status204NoContent;
            return Task.CompletedTask;
        });
        var customer = await gateway.CustomerAsync();

        // Browsers send none of these with a preflight; a program may try to.
        using var request = PreflightRequest(path, Origin, "DELETE");
        request.Headers.Add("X-API-Key", customer.Key);
        request.Headers.Add("X-Organization-Id", customer.OrganizationId.ToString());
        using var response = await gateway.Gateway.Client.SendAsync(request);

        Assert.Equal(HttpStatusCode.NoContent, response.StatusCode);
        Assert.Equal("https://backends.choice", Header(response, "Access-Control-Allow-Origin"));
        Assert.Null(Header(response, "RateLimit"));
        Assert.Equal("DELETE", seen!["Access-Control-Request-Method"]);
        Assert.DoesNotContain("X-API-Key", seen.Keys, StringComparer.OrdinalIgnoreCase);
        Assert.DoesNotContain("X-Organization-Id", seen.Keys, StringComparer.OrdinalIgnoreCase);
        Assert.DoesNotContain("X-Api-Key-Id", seen.Keys, StringComparer.OrdinalIgnoreCase);
        Assert.Contains("X-Request-Id", seen.Keys, StringComparer.OrdinalIgnoreCase);

        // The one event of this customer is that of the request with a key.
        using var client = gateway.ClientOf(customer);
        using var keyed = await client.GetAsync(path);
        Assert.Equal("GET", (await gateway.EventAsync(customer)).Method);
    }

    [Theory]
    [InlineData("GET", Origin, "GET", null)]
    [InlineData("OPTIONS", null, "GET", null)]
    [InlineData("OPTIONS", Origin, null, null)]
    [InlineData("OPTIONS", Origin, "GET", "body")]
    public async Task What_only_looks_like_a_preflight_needs_a_key(string method, string? origin, string? requestMethod, string? body)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), Route("own", Hello));
        request.Headers.TryAddWithoutValidation("Origin", origin);
        request.Headers.TryAddWithoutValidation("Access-Control-Request-Method", requestMethod);
        request.Content = body is null ? null : new StringContent(body);

        using var response = await gateway.Gateway.Client.SendAsync(request);

        Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
    }

    [Theory]
    [InlineData("websocket")]
    [InlineData("SPDY/3.1")]
    public async Task Preflight_that_asks_for_an_upgrade_opens_no_tunnel_without_a_key(string protocol)
    {
        var seen = "";
        var path = Route("own", context =>
        {
            seen = $"{context.Request.Method} {context.Request.Headers.Upgrade}";
            return context.Response.WriteAsync("hello");
        });

        await RawConnection.ExchangeAsync(
            gateway.Http1Address,
            $"OPTIONS {path} HTTP/1.1\r\nHost: gateway\r\nOrigin: {Origin}\r\nAccess-Control-Request-Method: GET\r\n"
            + $"Connection: Upgrade, close\r\nUpgrade: {protocol}\r\n\r\n");

        Assert.Equal("OPTIONS ", seen);
    }

    [Fact]
    public async Task Preflight_on_a_route_that_says_nothing_is_a_request_without_a_key()
    {
        using var response = await PreflightAsync(gateway.Answer(Hello), Origin, "GET");

        Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
        Assert.Null(Header(response, "Access-Control-Allow-Origin"));
    }

    private static Task Hello(HttpContext context) => context.Response.WriteAsync("hello");

    private string Route(string route, RequestDelegate answer) => gateway.Answer(answer).Replace("/h1/", $"/{route}/", StringComparison.Ordinal);

    private async Task<HttpResponseMessage> PreflightAsync(string path, string origin, string method, string? headers = null)
    {
        using var request = PreflightRequest(path, origin, method);
        request.Headers.TryAddWithoutValidation("Access-Control-Request-Headers", headers);
        return await gateway.Gateway.Client.SendAsync(request);
    }

    private static HttpRequestMessage PreflightRequest(string path, string origin, string method) => new(HttpMethod.Options, path)
    {
        Headers = { { "Origin", origin }, { "Access-Control-Request-Method", method } },
    };

    private static string? Header(HttpResponseMessage response, string name) =>
        response.Headers.TryGetValues(name, out var values) ? string.Join(",", values) : null;

    private static string ExposedOf(HttpResponseMessage response, params string[] names)
    {
        var exposed = Header(response, "Access-Control-Expose-Headers")!.Split(',', StringSplitOptions.TrimEntries);
        return string.Join(',', names.Where(exposed.Contains));
    }
}
