using System.Net;
using System.Net.WebSockets;
using Gateway.Contracts.Usage;
using Gateway.Tests.Fixtures;
using Microsoft.AspNetCore.Http;

namespace Gateway.Tests.Transparency;

public sealed class WebSocketTests(TransparentGateway gateway) : IClassFixture<TransparentGateway>
{
    private const string Subprotocol = "v2.chat";

    [Theory]
    [InlineData(1, 1)]
    [InlineData(1, 2)]
    [InlineData(2, 1)]
    [InlineData(2, 2)]
    public async Task WebSocket_carries_messages_both_ways_its_subprotocol_and_its_close_code_over_each_version(int clientVersion, int backendVersion)
    {
        var path = gateway.Answer(EchoAsync, backendVersion);
        var customer = await gateway.CustomerAsync();

        using (var socket = await ConnectAsync(customer, path, clientVersion))
        {
            Assert.Equal(Subprotocol, socket.SubProtocol);
            await socket.SendAsync("hello"u8.ToArray(), WebSocketMessageType.Text, endOfMessage: true, default);
            var buffer = new byte[100];
            var received = await socket.ReceiveAsync(buffer.AsMemory(), default);
            Assert.Equal("hello"u8, buffer.AsSpan(0, received.Count));

            await socket.CloseAsync((WebSocketCloseStatus)4001, "bye", default);
            Assert.Equal((WebSocketCloseStatus)4002, socket.CloseStatus);
            Assert.Equal("later", socket.CloseStatusDescription);
        }

        // Frames as RFC 6455 has them: 2 bytes of header, 4 of mask from a client, 2 of close code.
        var usageEvent = await gateway.EventAsync(customer);
        Assert.Equal((2 + 4 + 5) + (2 + 4 + 2 + 3), usageEvent.RequestBytes);
        Assert.Equal((2 + 5) + (2 + 2 + 5), usageEvent.ResponseBytes);
        Assert.Equal(UsageOutcome.Forwarded, usageEvent.Outcome);
        Assert.Equal(clientVersion == 1 ? 101 : 200, usageEvent.Status);
        Assert.True(usageEvent.Billable);
    }

    [Fact]
    public async Task Backend_that_refuses_an_upgrade_is_heard()
    {
        var path = gateway.Answer(context =>
        {
            context.Response.StatusCode = StatusCodes.Status403Forbidden;
            return context.Response.WriteAsync("not here");
        });

        using var socket = new ClientWebSocket();
        socket.Options.SetRequestHeader("X-API-Key", (await gateway.CustomerAsync()).Key);
        socket.Options.CollectHttpResponseDetails = true;
        await Assert.ThrowsAsync<WebSocketException>(() => socket.ConnectAsync(
            new UriBuilder(gateway.Http1Address) { Scheme = "ws", Path = path }.Uri, null, default));

        Assert.Equal(HttpStatusCode.Forbidden, socket.HttpStatusCode);
    }

    [Theory]
    [InlineData("websocket", HttpStatusCode.BadGateway, "backend-unavailable")] // The backend says 200 and means an answer.
    [InlineData("connect-udp", HttpStatusCode.MethodNotAllowed, "method-not-allowed")]
    public async Task Tunnel_over_HTTP_2_is_never_opened_but_to_a_WebSocket(string protocol, HttpStatusCode expected, string problem)
    {
        var path = gateway.Answer(context => context.Response.WriteAsync("hello"));
        using var client = await gateway.ClientAsync(version: 2);
        using var request = new HttpRequestMessage(HttpMethod.Connect, path)
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
        };
        request.Headers.Protocol = protocol;

        using var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);

        Assert.Equal(expected, response.StatusCode);
        Assert.Equal($"urn:gateway:problem:{problem}", (await response.ReadProblemAsync()).Type());
    }

    private async Task<ClientWebSocket> ConnectAsync(Customer customer, string path, int version)
    {
        var socket = new ClientWebSocket();
        socket.Options.SetRequestHeader("X-API-Key", customer.Key);
        socket.Options.AddSubProtocol("v1.chat");
        socket.Options.AddSubProtocol(Subprotocol);
        socket.Options.HttpVersion = version == 1 ? HttpVersion.Version11 : HttpVersion.Version20;
        socket.Options.HttpVersionPolicy = HttpVersionPolicy.RequestVersionExact;
        using var invoker = new HttpMessageInvoker(new SocketsHttpHandler());
        var uri = new UriBuilder(version == 1 ? gateway.Http1Address : gateway.Http2Address) { Scheme = "ws", Path = path };
        await socket.ConnectAsync(uri.Uri, invoker, default);
        return socket;
    }

    private static async Task EchoAsync(HttpContext context)
    {
        Assert.Contains(Subprotocol, context.WebSockets.WebSocketRequestedProtocols);
        using var socket = await context.WebSockets.AcceptWebSocketAsync(Subprotocol);
        var buffer = new byte[100];
        while (true)
        {
            var received = await socket.ReceiveAsync(buffer.AsMemory(), default);
            if (received.MessageType == WebSocketMessageType.Close)
            {
                await socket.CloseAsync((WebSocketCloseStatus)4002, "later", default);
                return;
            }

            await socket.SendAsync(buffer.AsMemory(0, received.Count), received.MessageType, received.EndOfMessage, default);
        }
    }
}
