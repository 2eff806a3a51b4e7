using System.Net;
using Gateway.Contracts.ApiKeys;
using Gateway.Testing;
using Gateway.Tests.Fixtures;

namespace Gateway.Tests.ApiKeys;

public sealed class AuthenticationTests(TestServers servers, SharedGateway shared) : IClassFixture<SharedGateway>
{
    private const string InvalidApiKey = "urn:gateway:problem:invalid-api-key";

    [Theory]
    [InlineData("Authorization", "Bearer ")]
    [InlineData("Authorization", "bearer ")]
    [InlineData("X-API-Key", "")]
    [InlineData("x-api-key", "")]
    public async Task Valid_key_is_accepted_in_either_header(string header, string prefix)
    {
        var customer = await shared.Gateway.Customers.CreateAsync();

        using var response = await SendAsync(shared.Gateway, "/", (header, prefix + customer.Key));

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal("hello", await response.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task Requests_without_exactly_one_valid_key_get_the_same_401_and_never_reach_the_backend()
    {
        await using var backend = await Backend.StartAsync();
        await using var gateway = await GatewayUnderTest.StartAsync(servers, backend);
        var customer = await gateway.Customers.CreateAsync();
        var revoked = await gateway.Customers.CreateAsync();
        var expired = await gateway.Customers.CreateAsync();
        var suspended = await gateway.Customers.CreateAsync();
        await gateway.Customers.RevokeAsync(revoked);
        await gateway.Customers.ExpireAsync(expired);
        await gateway.Customers.SuspendAsync(suspended);
        await gateway.Customers.GatewaysAreInStepAsync();
        var key = customer.Key;
        var otherEnd = key[^1] == '0' ? '1' : '0';
        (string Path, (string, string)[] Headers)[] refused =
        [
            ("/", []),
            ("/", [("X-API-Key", "")]),
            ("/", [("Authorization", "Bearer ")]),
            ("/", [("Authorization", key)]),
            ("/", [("Authorization", "Basic " + key)]),
            ("/", [("Authorization", "Bearer  " + key)]),
            ("/", [("X-API-Key", key), ("X-API-Key", key)]),
            ("/", [("X-API-Key", $"{key}, {key}")]),
            ("/", [("Authorization", "Bearer " + key), ("X-API-Key", key)]),
            ("/", [("X-API-Key", key.ToUpperInvariant())]),
            ("/", [("X-API-Key", key[..^1] + otherEnd)]),
            ("/", [("X-API-Key", key.Replace("sk_live_", "sk_test_", StringComparison.Ordinal))]),
            ("/", [("X-API-Key", new string('x', 10_000))]),
            ("/?api_key=" + key, []),
            ("/?a=sk_live_&api_key=" + key, [("X-API-Key", key)]),
            ("/", [("X-API-Key", ApiKeyFormat.Generate(ApiKeyEnvironment.Live))]),
            ("/", [("X-API-Key", revoked.Key)]),
            ("/", [("X-API-Key", expired.Key)]),
            ("/", [("X-API-Key", suspended.Key)]),
        ];

        var bodies = new HashSet<string>();
        foreach (var (path, headers) in refused)
        {
            using var response = await SendAsync(gateway, path, headers);
            Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
            Assert.Equal("Bearer", response.Headers.WwwAuthenticate.ToString());
            var problem = await response.ReadProblemAsync();
            Assert.Equal(InvalidApiKey, problem.Type());
            bodies.Add(problem.GetRawText().Replace(problem.GetProperty("requestId").GetString()!, "", StringComparison.Ordinal));
        }

        Assert.Single(bodies);
        Assert.Empty(backend.Received);
    }

    [Fact]
    public async Task Authorization_that_is_not_ours_reaches_the_backend()
    {
        var customer = await shared.Gateway.Customers.CreateAsync();

        using var response = await SendAsync(shared.Gateway, "/", ("X-API-Key", customer.Key), ("Authorization", "Basic dXNlcjpwYXNz"));

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal("Basic dXNlcjpwYXNz", Assert.Single(shared.ReceivedFrom(customer)).Headers["Authorization"]);
    }

    private static async Task<HttpResponseMessage> SendAsync(GatewayUnderTest gateway, string path, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        foreach (var (name, value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        return await gateway.Client.SendAsync(request);
    }
}
