using System.Net;
using System.Net.WebSockets;
using Gateway.Contracts.Usage;
using Gateway.Testing;
using Gateway.Tests.Fixtures;
using Gateway.Tests.Transparency;
using Gateway.Usage.Publishing;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Gateway.Tests.Streams;

public sealed class StreamClosingTests(TransparentGateway gateway, TestServers servers) : IClassFixture<TransparentGateway>
{
    // "Within about a second" on a machine that runs other tests too.
    private static readonly TimeSpan Promptly = TimeSpan.FromSeconds(15);

    [Fact]
    public async Task WebSocket_closes_when_its_key_is_revoked_and_is_metered_once_with_its_bytes()
    {
        var customer = await gateway.CustomerAsync();
        var backendSawTheEnd = new TaskCompletionSource();
        using var socket = await ConnectAsync(gateway.Http1Address, customer, gateway.Answer(async context =>
        {
            using var accepted = await context.WebSockets.AcceptWebSocketAsync();
            await accepted.SendAsync(new byte[] { 1 }, WebSocketMessageType.Binary, endOfMessage: true, default);
            await Assert.ThrowsAnyAsync<Exception>(async () => await accepted.ReceiveAsync(new byte[1].AsMemory(), default));
            backendSawTheEnd.SetResult();
        }));
        await socket.ReceiveAsync(new byte[1].AsMemory(), default);

        await gateway.Gateway.Customers.RevokeAsync(customer);

        await Assert.ThrowsAsync<WebSocketException>(() => socket.ReceiveAsync(new byte[1], default).WaitAsync(Promptly));
        await backendSawTheEnd.Task.WaitAsync(Promptly);
        var usageEvent = await gateway.EventAsync(customer);
        Assert.Equal((101, 0L, 3L), (usageEvent.Status, usageEvent.RequestBytes, usageEvent.ResponseBytes));
    }

    [Theory]
    [InlineData("text/event-stream", 1)]
    [InlineData("text/event-stream", 2)]
    [InlineData("application/grpc+proto", 2)]
    public async Task Stream_ends_when_the_organization_is_suspended(string contentType, int version)
    {
        var customer = await gateway.CustomerAsync();
        using var client = gateway.ClientOf(customer, version);
        using var response = await OpenAsync(client, contentType, version);
        await using var body = await response.Content.ReadAsStreamAsync();
        await body.ReadExactlyAsync(new byte[1]);

        await gateway.Gateway.Customers.SuspendAsync(customer);

        await Assert.ThrowsAnyAsync<IOException>(() => body.ReadAsync(new byte[1]).AsTask().WaitAsync(Promptly));
        var usageEvent = await gateway.EventAsync(customer);
        Assert.Equal((200, UsageOutcome.ClientAborted, true, 1L), (usageEvent.Status, usageEvent.Outcome, usageEvent.Billable, usageEvent.ResponseBytes));
    }

    [Fact]
    public async Task Others_streams_and_ordinary_requests_of_the_same_key_go_on()
    {
        var customer = await gateway.CustomerAsync();
        var other = await gateway.CustomerAsync();
        using var client = gateway.ClientOf(customer);
        using var otherClient = gateway.ClientOf(other);
        var mayFinish = new TaskCompletionSource();
        var download = client.GetStringAsync(gateway.Answer(async context =>
        {
            await context.Response.WriteAsync("beginning ");
            await mayFinish.Task;
            await context.Response.WriteAsync("and end");
        }));
        using var stream = await OpenAsync(client, "text/event-stream", version: 1);
        using var otherStream = await OpenAsync(otherClient, "text/event-stream", version: 1, mayFinish.Task);

        await gateway.Gateway.Customers.ExpireAsync(customer);
        await Assert.ThrowsAsync<HttpRequestException>(() => stream.Content.ReadAsByteArrayAsync().WaitAsync(Promptly));
        mayFinish.SetResult();

        Assert.Equal("beginning and end", await download);
        Assert.Equal("12", await otherStream.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task Stream_goes_on_with_a_revoked_key_where_the_setting_says_so()
    {
        await using var backend = await Backend.StartAsync(WaitAsync);
        await using var lenient = await GatewayUnderTest.StartAsync(servers, backend, ("Streams:CloseOnRevocation", "false"), ("Streams:DrainSeconds", "0"));
        var customer = await lenient.Customers.CreateAsync();
        using var client = lenient.ClientOf(customer);
        using var response = await client.GetAsync("/", HttpCompletionOption.ResponseHeadersRead);
        await using var body = await response.Content.ReadAsStreamAsync();
        await body.ReadExactlyAsync(new byte[1]);

        await lenient.Customers.RevokeAsync(customer);
        await Eventually.EqualsAsync(HttpStatusCode.Unauthorized, async () =>
        {
            using var refused = await client.GetAsync("/", HttpCompletionOption.ResponseHeadersRead);
            return refused.StatusCode;
        });

        // Three looks at the streams, had there been any.
        await Assert.ThrowsAsync<TimeoutException>(() => body.ReadAsync(new byte[1]).AsTask().WaitAsync(TimeSpan.FromMilliseconds(800)));
    }

    [Fact]
    public async Task Stopping_gateway_ends_its_streams_in_time_to_deliver_their_events()
    {
        await using var backend = await Backend.StartAsync(WaitAsync);
        await using var stopping = await GatewayUnderTest.StartAsync(servers, backend, ("Streams:DrainSeconds", "0"));
        var customer = await stopping.Customers.CreateAsync();
        using var client = stopping.ClientOf(customer);
        using var response = await client.GetAsync("/", HttpCompletionOption.ResponseHeadersRead);
        await using var body = await response.Content.ReadAsStreamAsync();
        await body.ReadExactlyAsync(new byte[1]);

        await stopping.StopAsync().WaitAsync(TimeSpan.FromSeconds(10));

        Assert.Equal(1, stopping.Services.GetRequiredService<UsagePublisher>().Delivered);
    }

    private static async Task WaitAsync(HttpContext context)
    {
        context.Response.ContentType = "text/event-stream";
        await context.Response.WriteAsync("1");
        await Task.Delay(Timeout.Infinite, context.RequestAborted);
    }

    private async Task<HttpResponseMessage> OpenAsync(HttpClient client, string contentType, int version, Task? mayFinish = null)
    {
        var path = gateway.Answer(
            async context =>
            {
                context.Response.ContentType = contentType;
                await context.Response.WriteAsync("1");
                await (mayFinish ?? Task.Delay(Timeout.Infinite, context.RequestAborted));
                await context.Response.WriteAsync("2");
            },
            version);
        using var request = new HttpRequestMessage(HttpMethod.Post, path)
        {
            Version = version == 1 ? HttpVersion.Version11 : HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = new ByteArrayContent([]) { Headers = { ContentType = new(contentType) } },
        };
        return await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
    }

    private static async Task<ClientWebSocket> ConnectAsync(Uri address, Customer customer, string path)
    {
        var socket = new ClientWebSocket();
        socket.Options.SetRequestHeader("X-API-Key", customer.Key);
        await socket.ConnectAsync(new UriBuilder(address) { Scheme = "ws", Path = path }.Uri, null, default);
        return socket;
    }
}
