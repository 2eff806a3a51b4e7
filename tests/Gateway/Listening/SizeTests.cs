using System.Globalization;
using System.Net;
using System.Net.WebSockets;
using Gateway.Contracts.Usage;
using Gateway.Testing;
using Gateway.Tests.Fixtures;

namespace Gateway.Tests.Listening;

public sealed class SizeTests(TightGateway gateway) : IClassFixture<TightGateway>
{
    [Fact]
    public async Task Long_request_line_is_414() =>
        Assert.StartsWith("HTTP/1.1 414 ", await ExchangeAsync($"GET /{new string('a', 512)} HTTP/1.1\r\nHost: gateway\r\n\r\n"), StringComparison.Ordinal);

    [Fact]
    public async Task Large_headers_are_431() =>
        Assert.StartsWith("HTTP/1.1 431 ", await ExchangeAsync($"GET / HTTP/1.1\r\nHost: gateway\r\nX-Large: {new string('a', 4096)}\r\n\r\n"), StringComparison.Ordinal);

    [Fact]
    public async Task Many_headers_are_431()
    {
        var headers = string.Concat(Enumerable.Range(0, 20).Select(number => $"X-{number}: 1\r\n"));

        Assert.StartsWith("HTTP/1.1 431 ", await ExchangeAsync($"GET / HTTP/1.1\r\nHost: gateway\r\n{headers}\r\n"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Body_that_says_it_is_too_large_is_a_413_problem_before_the_backend_hears_of_it()
    {
        var isReached = false;
        var path = gateway.Answer(context =>
        {
            isReached = true;
            return Task.CompletedTask;
        });
        using var client = await gateway.ClientAsync();

        using var response = await client.PostAsync(path, new ByteArrayContent(new byte[TightGateway.BodyBytes + 1]));

        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, response.StatusCode);
        Assert.Equal("urn:gateway:problem:body-too-large", (await response.ReadProblemAsync()).Type());
        Assert.False(isReached);
    }

    [Fact]
    public async Task Chunked_body_that_turns_out_too_large_is_a_413_problem_and_not_billed()
    {
        var path = gateway.Answer(context => context.Request.Body.CopyToAsync(Stream.Null));
        var customer = await gateway.CustomerAsync();
        await using var connection = await RawConnection.OpenAsync(gateway.Http1Address);
        await connection.SendAsync(
            $"POST {path} HTTP/1.1\r\nHost: gateway\r\nX-API-Key: {customer.Key}\r\nTransfer-Encoding: chunked\r\n\r\n");

        var chunk = (TightGateway.BodyBytes + 1).ToString("x", CultureInfo.InvariantCulture);
        await connection.SendAsync($"{chunk}\r\n{new string('a', TightGateway.BodyBytes + 1)}\r\n0\r\n\r\n");

        var response = await connection.ReadUntilAsync("urn:gateway:problem:body-too-large");
        Assert.StartsWith("HTTP/1.1 413 ", response, StringComparison.Ordinal);
        var usageEvent = await gateway.EventAsync(customer);
        Assert.Equal((413, UsageOutcome.ClientAborted, false), (usageEvent.Status, usageEvent.Outcome, usageEvent.Billable));
    }

    [Fact]
    public async Task Body_of_just_the_allowed_size_passes()
    {
        var path = gateway.Answer(context => context.Request.Body.CopyToAsync(Stream.Null));
        using var client = await gateway.ClientAsync();

        using var response = await client.PostAsync(path, new ByteArrayContent(new byte[TightGateway.BodyBytes]));

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
    }

    [Fact]
    public async Task One_upgraded_connection_too_many_is_503_until_another_has_ended()
    {
        var path = gateway.Answer(async context =>
        {
            using var socket = await context.WebSockets.AcceptWebSocketAsync();
            await socket.ReceiveAsync(new byte[1].AsMemory(), default);
        });
        var key = (await gateway.CustomerAsync()).Key;

        using (var first = new ClientWebSocket())
        {
            Assert.Equal(HttpStatusCode.SwitchingProtocols, await ConnectAsync(first));
            using var second = new ClientWebSocket();
            Assert.Equal(HttpStatusCode.ServiceUnavailable, await ConnectAsync(second));
        }

        await Eventually.EqualsAsync(HttpStatusCode.SwitchingProtocols, async () =>
        {
            using var third = new ClientWebSocket();
            return await ConnectAsync(third);
        });

        async Task<HttpStatusCode> ConnectAsync(ClientWebSocket socket)
        {
            socket.Options.SetRequestHeader("X-API-Key", key);
            socket.Options.CollectHttpResponseDetails = true;
            try
            {
                await socket.ConnectAsync(new UriBuilder(gateway.Http1Address) { Scheme = "ws", Path = path }.Uri, null, default);
            }
            catch (WebSocketException)
            {
                // The status says why.
            }

            return socket.HttpStatusCode;
        }
    }

    private Task<string> ExchangeAsync(string request) => RawConnection.ExchangeAsync(gateway.Http1Address, request);
}
