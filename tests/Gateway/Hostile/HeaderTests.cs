using Gateway.Testing;
using Gateway.Tests.Fixtures;

namespace Gateway.Tests.Hostile;

[Collection(typeof(HostileRequests))]
public sealed class HeaderTests(HostileGateway gateway, TestServers servers)
{
    private const string Forged = "forged";

    [Theory]
    [InlineData("X: a\u001b[31mb")]
    [InlineData("X: a\u0001b")]
    [InlineData("X: a\u0008b")]
    [InlineData("X: a\u000bb")]
    [InlineData("X: a\u007fb")]
    [InlineData("X: \u001b")]
    [InlineData("User-Agent: a\u001b]0;title\u0007")]
    [InlineData("Cookie: a=b\u0002")]
    [InlineData("X\u001b: a")]
    [InlineData("X(a): a")]
    [InlineData("X/a: a")]
    [InlineData("X{a}: a")]
    [InlineData("\"X\": a")]
    [InlineData("X\u007f: a")]
    [InlineData("X;a: a")]
    [InlineData("X@a: a")]
    public async Task Control_characters_and_names_that_are_none_are_a_400_problem(string header)
    {
        await using var connection = await gateway.ConnectAsync();

        var marker = await connection.SendAsync(gateway, "GET / HTTP/1.1", header + "\r\n");

        var response = await connection.ReadAsync();
        Assert.Equal(400, response?.Status);
        Assert.True(response!.IsProblem("malformed-request"), response.Body);
        Assert.Null(await connection.ReadAsync());
        Assert.Null(gateway.Arrived(marker));
    }

    [Theory]
    [InlineData("X-Tab", "a\tb")]
    [InlineData("X-Marks", "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~")]
    [InlineData("X!#$%&'*+-.^_`|~1", "a")]
    [InlineData("X_Odd_Name", "a")]
    [InlineData("Via", "1.1 cache")]
    [InlineData("baggage", "a=b")]
    [InlineData("X-Empty", "")]
    public async Task Unusual_headers_that_are_allowed_arrive_as_they_were_sent(string name, string value)
    {
        var (response, arrived) = await gateway.SendAsync("GET / HTTP/1.1", $"{name}: {value}\r\n");

        Assert.Equal(200, response?.Status);
        Assert.Equal(value, arrived!.Headers[name]);
    }

    [Theory]
    [InlineData("X-Organization-Id")]
    [InlineData("x_organization_id")]
    [InlineData("X.Organization.Id")]
    [InlineData("X-Organization_Id")]
    [InlineData("X-Api-Key-Id")]
    [InlineData("X_Api_Key_Id")]
    [InlineData("X_Api_Key")]
    [InlineData("X-Request-Id")]
    [InlineData("TraceParent")]
    [InlineData("tracestate")]
    [InlineData("Forwarded")]
    [InlineData("X-Forwarded")]
    [InlineData("X-Forwarded-For")]
    [InlineData("X_Forwarded_For")]
    [InlineData("X-Forwarded-Proto")]
    [InlineData("X-Forwarded-Anything")]
    [InlineData("X!Forwarded!For")]
    [InlineData("X-Real-IP")]
    [InlineData("X_REAL_IP")]
    [InlineData("True-Client-IP")]
    [InlineData("CF-Connecting-IP")]
    [InlineData("X-Client-IP")]
    [InlineData("X-Cluster-Client-IP")]
    [InlineData("Fastly-Client-IP")]
    [InlineData("X-Original-URL")]
    [InlineData("X-Rewrite-URL")]
    [InlineData("Proxy")]
    [InlineData("Keep-Alive")]
    [InlineData("Proxy-Connection")]
    [InlineData("Proxy-Authorization")]
    [InlineData("Trailer")]
    [InlineData("TE")]
    public async Task Header_that_only_we_may_set_or_that_ends_here_never_reaches_the_backend(string name)
    {
        var (response, arrived) = await gateway.SendAsync("GET / HTTP/1.1", $"{name}: {Forged}\r\n{name}: {Forged}2\r\n");

        Assert.Equal(200, response?.Status);
        Assert.DoesNotContain(arrived!.Headers, header => header.Value.Contains(Forged, StringComparison.Ordinal));
        AssertIdentity(arrived);
    }

    [Theory]
    [InlineData("Connection: X-Private\r\n")]
    [InlineData("Connection: X-Other ,\tx-PRIVATE , \r\n")]
    [InlineData("Connection: X-Other\r\nConnection: X-Private\r\n")]
    public async Task Header_that_a_client_names_in_Connection_ends_at_the_gateway(string connection)
    {
        var (response, arrived) = await gateway.SendAsync("GET / HTTP/1.1", connection + "X-Private: 1\r\nX-Public: 2\r\n");

        Assert.Equal(200, response?.Status);
        Assert.DoesNotContain("X-Private", arrived!.Headers.Keys);
        Assert.DoesNotContain("Connection", arrived.Headers.Keys);
        Assert.Equal("2", arrived.Headers["X-Public"]);
    }

    [Fact]
    public async Task Headers_of_ours_and_framing_cannot_be_taken_off_by_naming_them_in_Connection()
    {
        var (response, arrived) = await gateway.SendAsync(
            "POST / HTTP/1.1",
            "Connection: X-Organization-Id, X-Api-Key-Id, X-Request-Id, traceparent, X-Forwarded-For, X-API-Key, Host, Content-Length\r\n"
            + "Content-Length: 3\r\n",
            "abc");

        Assert.Equal(200, response?.Status);
        AssertIdentity(arrived!);
        Assert.True(Guid.TryParse(arrived!.Headers["X-Request-Id"], out _));
        Assert.StartsWith("00-", arrived.Headers["traceparent"], StringComparison.Ordinal);
        Assert.Equal("127.0.0.1", arrived.Headers["X-Forwarded-For"]);
        Assert.Equal("3", arrived.Headers["Content-Length"]);
        Assert.DoesNotContain("X-API-Key", arrived.Headers.Keys);
    }

    [Fact]
    public async Task Header_that_the_backend_names_in_Connection_ends_at_the_gateway()
    {
        await using var backend = RawBackend.Start(
            "HTTP/1.1 200 OK\r\nConnection: keep-alive, X-Internal\r\nConnection: x-other, RateLimit, Content-Length\r\n"
            + "Keep-Alive: timeout=5\r\nX-Internal: 1\r\nX-Other: 2\r\nX-Public: 3\r\nContent-Length: 2\r\n\r\nok");
        await using var ownGateway = await GatewayUnderTest.StartAsync(
            servers, gateway.Backend, ("ReverseProxy:Clusters:default:Destinations:default:Address", backend.Address));
        using var client = ownGateway.ClientOf(await ownGateway.Customers.CreateAsync());

        using var response = await client.GetAsync("/");

        Assert.Equal("ok", await response.Content.ReadAsStringAsync());
        Assert.Equal("3", Assert.Single(response.Headers.GetValues("X-Public")));
        Assert.Equal(2, response.Content.Headers.ContentLength);
        string[] names = [.. response.Headers.Select(header => header.Key)];
        Assert.DoesNotContain("X-Internal", names);
        Assert.DoesNotContain("X-Other", names);
        Assert.DoesNotContain("Connection", names);
        Assert.DoesNotContain("Keep-Alive", names);
        Assert.Contains("RateLimit", names);
    }

    [Fact]
    public async Task Refusal_does_not_say_what_server_this_is()
    {
        var (refused, _) = await gateway.SendAsync("GET /%00 HTTP/1.1");
        var (unauthenticated, _) = await gateway.SendAsync("GET / HTTP/1.1", withKey: false);

        Assert.DoesNotContain("Server", refused!.Headers.Keys);
        Assert.DoesNotContain("Server", unauthenticated!.Headers.Keys);
    }

    private void AssertIdentity(ArrivedRequest arrived)
    {
        Assert.Equal(gateway.Customer.OrganizationId.ToString(), arrived.Headers["X-Organization-Id"]);
        Assert.Equal(gateway.Customer.KeyId.ToString(), arrived.Headers["X-Api-Key-Id"]);
    }
}
