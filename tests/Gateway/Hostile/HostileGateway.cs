using System.Collections.Concurrent;
using System.Text;
using Gateway.Testing;
using Gateway.Tests.Fixtures;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Gateway.Tests.Hostile;

/// <summary>
/// One gateway for all hostile requests, because each of them is quick. A request carries a marker of its own by which it
/// is found at the backend.
/// </summary>
public sealed class HostileGateway(TestServers servers) : IAsyncLifetime
{
    private const string Marker = "X-Marker";

    private readonly ConcurrentDictionary<string, ArrivedRequest> _arrived = new(StringComparer.Ordinal);
    private Backend? _backend;
    private GatewayUnderTest? _gateway;

    internal Customer Customer { get; private set; } = null!;

    internal Backend Backend => _backend!;

    public async ValueTask InitializeAsync()
    {
        _backend = await Backend.StartAsync(AnswerAsync);
        _gateway = await GatewayUnderTest.StartAsync(servers, _backend, ("RateLimits:PerMinute", "1000000"), ("Logging:LogLevel:Yarp", "Critical"), ("Logging:LogLevel:Microsoft.AspNetCore", "Critical"));
        Customer = await _gateway.Customers.CreateAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _gateway!.DisposeAsync();
        await _backend!.DisposeAsync();
    }

    /// <summary>What the backend got of a request; null where it never arrived.</summary>
    internal ArrivedRequest? Arrived(string marker) => _arrived.GetValueOrDefault(marker);

    internal Task<HostileClient> ConnectAsync() => HostileClient.OpenAsync(_gateway!.Client.BaseAddress!);

    /// <summary>
    /// Sends a request's first line and further headers, each with its line end, and answers the response. Host, marker and,
    /// unless left out, key are added, and so is the empty line where there is no body.
    /// </summary>
    internal async Task<(RawResponse? Response, ArrivedRequest? Arrived)> SendAsync(
        string line, string headers = "", string body = "", bool withKey = true, Encoding? encoding = null)
    {
        await using var connection = await ConnectAsync();
        var marker = await connection.SendAsync(this, line, headers, body, withKey, encoding);
        return (await connection.ReadAsync(), Arrived(marker));
    }

    /// <summary>The headers that every request of these tests has.</summary>
    internal string CommonHeaders(string marker, bool withKey) =>
        $"Host: gateway\r\n{Marker}: {marker}\r\n" + (withKey ? $"X-API-Key: {Customer.Key}\r\n" : "");

    private async Task AnswerAsync(HttpContext context)
    {
        await context.Request.Body.CopyToAsync(Stream.Null);
        _arrived[context.Request.Headers[Marker].ToString()] = new ArrivedRequest(
            context.Request.Method,
            context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget,
            context.Request.Headers.ToDictionary(header => header.Key, header => header.Value.ToString(), StringComparer.OrdinalIgnoreCase));

        context.Response.ContentLength = 2;
        await context.Response.WriteAsync("ok");
    }
}

/// <summary>A request as it arrived at the backend.</summary>
internal sealed record ArrivedRequest(string Method, string RawTarget, Dictionary<string, string> Headers);

[CollectionDefinition]
public sealed class HostileRequests : ICollectionFixture<HostileGateway>;
