using System.Net.WebSockets;
using System.Threading.Channels;
using Gateway.Contracts.Usage;
using Gateway.Tests.Fixtures;
using Microsoft.AspNetCore.Http;

namespace Gateway.Tests.Listening;

public sealed class SlowClientTests(TightGateway gateway) : IClassFixture<TightGateway>
{
    [Fact]
    public async Task Headers_that_come_byte_by_byte_are_cut_off_at_the_deadline()
    {
        await using var connection = await RawConnection.OpenAsync(gateway.Http1Address);
        using var closed = new CancellationTokenSource();
        var dripping = DripAsync(connection, "GET / HTTP/1.1\r\nHost: gateway\r\nX-Slow: ", "a", closed.Token);

        var response = await connection.ReadToEndAsync();
        await closed.CancelAsync();
        await dripping;

        Assert.StartsWith("HTTP/1.1 408 ", response, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Connection_that_asks_for_nothing_more_is_closed()
    {
        await using var connection = await RawConnection.OpenAsync(gateway.Http1Address);
        await connection.SendAsync("GET / HTTP/1.1\r\nHost: gateway\r\n\r\n");

        Assert.StartsWith("HTTP/1.1 401 ", await connection.ReadToEndAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Body_that_trickles_is_a_408_problem_while_silent_streams_go_on()
    {
        var events = Channel.CreateUnbounded<string>();
        using var eventClient = await gateway.ClientAsync();
        eventClient.DefaultRequestHeaders.Accept.ParseAdd("text/event-stream");
        using var eventResponse = await eventClient.GetAsync(
            gateway.Answer(
                async context =>
                {
                    context.Response.ContentType = "text/event-stream";
                    await context.Response.Body.FlushAsync();
                    await foreach (var text in events.Reader.ReadAllAsync(context.RequestAborted))
                    {
                        await context.Response.WriteAsync(text);
                    }
                },
                version: 2),
            HttpCompletionOption.ResponseHeadersRead);
        using var eventReader = new StreamReader(await eventResponse.Content.ReadAsStreamAsync());
        using var socket = new ClientWebSocket();
        socket.Options.SetRequestHeader("X-API-Key", (await gateway.CustomerAsync()).Key);
        await socket.ConnectAsync(
            new UriBuilder(gateway.Http1Address)
            {
                Scheme = "ws",
                Path = gateway.Answer(
                    async context =>
                    {
                        using var accepted = await context.WebSockets.AcceptWebSocketAsync();
                        var buffer = new byte[1];
                        await accepted.ReceiveAsync(buffer.AsMemory(), default);
                        await accepted.SendAsync(buffer, WebSocketMessageType.Binary, endOfMessage: true, default);
                    },
                    version: 2),
            }.Uri,
            null,
            default);

        await BodyIsRefusedAsync();

        events.Writer.TryWrite("data: still here\n\n");
        Assert.Equal("data: still here", await eventReader.ReadLineAsync());
        await socket.SendAsync(new byte[] { 42 }, WebSocketMessageType.Binary, endOfMessage: true, default);
        var received = new byte[1];
        await socket.ReceiveAsync(received.AsMemory(), default);
        Assert.Equal(42, received[0]);
    }

    [Fact]
    public async Task Answer_that_nobody_reads_ends_its_connection_and_is_metered_as_aborted_by_the_client()
    {
        var path = gateway.Answer(async context =>
        {
            var buffer = new byte[100_000];
            while (!context.RequestAborted.IsCancellationRequested)
            {
                await context.Response.Body.WriteAsync(buffer, context.RequestAborted);
            }
        });
        var customer = await gateway.CustomerAsync();
        await using var connection = await RawConnection.OpenAsync(gateway.Http1Address);
        await connection.SendAsync($"GET {path} HTTP/1.1\r\nHost: gateway\r\nX-API-Key: {customer.Key}\r\n\r\n");

        var usageEvent = await gateway.EventAsync(customer);

        Assert.Equal((200, UsageOutcome.ClientAborted, true), (usageEvent.Status, usageEvent.Outcome, usageEvent.Billable));
    }

    private async Task BodyIsRefusedAsync()
    {
        var path = gateway.Answer(context => context.Request.Body.CopyToAsync(Stream.Null));
        var customer = await gateway.CustomerAsync();
        await using var connection = await RawConnection.OpenAsync(gateway.Http1Address);
        using var closed = new CancellationTokenSource();
        var dripping = DripAsync(
            connection, $"POST {path} HTTP/1.1\r\nHost: gateway\r\nX-API-Key: {customer.Key}\r\nContent-Length: 1000\r\n\r\n", "a", closed.Token);

        var response = await connection.ReadToEndAsync();
        await closed.CancelAsync();
        await dripping;

        Assert.StartsWith("HTTP/1.1 408 ", response, StringComparison.Ordinal);
        Assert.Contains("urn:gateway:problem:body-too-slow", response, StringComparison.Ordinal);
        var usageEvent = await gateway.EventAsync(customer);
        Assert.Equal((408, UsageOutcome.ClientAborted, false), (usageEvent.Status, usageEvent.Outcome, usageEvent.Billable));
    }

    private static async Task DripAsync(RawConnection connection, string beginning, string drop, CancellationToken closed)
    {
        try
        {
            await connection.SendAsync(beginning);
            while (!closed.IsCancellationRequested)
            {
                await connection.SendAsync(drop);
                await Task.Delay(TimeSpan.FromMilliseconds(100), closed);
            }
        }
        catch (Exception exception) when (exception is IOException or OperationCanceledException)
        {
            // The gateway has closed.
        }
    }
}
