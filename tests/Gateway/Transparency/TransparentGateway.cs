using System.Net;
using Gateway.Contracts;
using Gateway.Contracts.Usage;
using Gateway.Testing;
using Gateway.Tests.Fixtures;
using Microsoft.AspNetCore.Http;

namespace Gateway.Tests.Transparency;

/// <summary>One gateway for all tests that only look at what passes through it. Paths under /h1 and /h2 go to backends of that version.</summary>
public class TransparentGateway(TestServers servers) : IAsyncLifetime
{
    private AnsweringBackend _backend = null!;

    internal GatewayUnderTest Gateway { get; private set; } = null!;

    /// <summary>For HTTP/1.1.</summary>
    internal Uri Http1Address => Gateway.Client.BaseAddress!;

    /// <summary>For HTTP/2 without TLS.</summary>
    internal Uri Http2Address => Gateway.Http2Address!;

    /// <summary>What this gateway is told beyond that.</summary>
    internal virtual (string Name, string Value)[] Settings => [];

    public async ValueTask InitializeAsync()
    {
        _backend = await AnsweringBackend.StartAsync();
        Gateway = await GatewayUnderTest.StartUnreadyAsync(
            await servers.CreateDatabaseAsync(),
            [
                (EnvironmentVariables.RedisUrl, (await servers.RedisAsync()).Url),
                (EnvironmentVariables.KafkaBootstrapServers, (await servers.EmbeddedBrokerAsync()).BootstrapServers),
                ("ReverseProxy:Clusters:default:Destinations:default:Address", _backend.Http1Address),
                ("ReverseProxy:Clusters:http2:Destinations:default:Address", _backend.Http2Address),
                ("ReverseProxy:Clusters:http2:HttpRequest:Version", "2"),
                ("ReverseProxy:Clusters:http2:HttpRequest:VersionPolicy", "RequestVersionExact"),
                ("ReverseProxy:Routes:http2:ClusterId", "http2"),
                ("ReverseProxy:Routes:http2:Match:Path", "/h2/{**path}"),
                ("Proxy:Http2Port", "0"),
                ("RateLimits:PerMinute", "1000000"),
                ("RateLimits:BurstPerMinute", "1000000"),
                .. Settings,
            ]);
        await Gateway.UntilReadyAsync();
    }

    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        await (Gateway?.DisposeAsync() ?? default);
        await _backend.DisposeAsync();
    }

    /// <summary>Has the backend answer so, and answers under which path. Version is that of the connection between gateway and backend.</summary>
    internal string Answer(RequestDelegate answer, int version = 1) => $"/h{version}/{_backend.Add(answer)}";

    internal Task<Customer> CustomerAsync() => Gateway.Customers.CreateAsync();

    /// <summary>A client with a new customer's key.</summary>
    internal async Task<HttpClient> ClientAsync(int version = 1) => ClientOf(await CustomerAsync(), version);

    internal HttpClient ClientOf(Customer customer, int version = 1)
    {
        var client = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false, UseProxy = false })
        {
            BaseAddress = version == 1 ? Http1Address : Http2Address,
            DefaultRequestVersion = version == 1 ? HttpVersion.Version11 : HttpVersion.Version20,
            DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Timeout = TimeSpan.FromSeconds(60),
        };
        client.DefaultRequestHeaders.Add("X-API-Key", customer.Key);
        return client;
    }

    /// <summary>The one event of a customer who has sent one request.</summary>
    internal async Task<UsageEvent> EventAsync(Customer customer) => Assert.Single(await EventsAsync(customer, 1));

    internal async Task<IReadOnlyList<UsageEvent>> EventsAsync(Customer customer, int count) =>
        await Topic.EventsAsync(await servers.EmbeddedBrokerAsync(), customer.OrganizationId, count);
}
