using Gateway.Tests.Fixtures;
using Microsoft.AspNetCore.Http;

namespace Gateway.Tests.Transparency;

public sealed class UploadTests(TransparentGateway gateway) : IClassFixture<TransparentGateway>
{
    [Theory]
    [InlineData("Content-Length: 5\r\n", "hello", "5 -")]
    [InlineData("Content-Length: 0\r\n", "", "0 -")]
    [InlineData("Transfer-Encoding: chunked\r\n", "2\r\nhe\r\n3\r\nllo\r\n0\r\n\r\n", "- chunked")]
    [InlineData("", "", "0 -")] // the same in other words, RFC 9110, section 8.6
    public async Task Body_is_framed_to_the_backend_as_it_came(string header, string body, string framing)
    {
        var path = gateway.Answer(async context =>
        {
            using var reader = new StreamReader(context.Request.Body);
            var text = await reader.ReadToEndAsync();
            await context.Response.WriteAsync($"{text}|{Or(context.Request.Headers.ContentLength)} {Or(context.Request.Headers.TransferEncoding)}");
        });
        var customer = await gateway.CustomerAsync();

        var response = await RawConnection.ExchangeAsync(
            gateway.Http1Address, Head(path, customer, "Connection: close\r\n" + header) + body);

        Assert.Contains($"{(framing == "5 -" || framing == "- chunked" ? "hello" : "")}|{framing}", response, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Expected_100_comes_from_the_backend_and_the_body_after_it()
    {
        var mayRead = new TaskCompletionSource();
        var path = gateway.Answer(async context =>
        {
            await mayRead.Task;
            using var reader = new StreamReader(context.Request.Body);
            await context.Response.WriteAsync("got " + await reader.ReadToEndAsync());
        });
        await using var connection = await RawConnection.OpenAsync(gateway.Http1Address);
        await connection.SendAsync(Head(path, await gateway.CustomerAsync(), "Expect: 100-continue\r\nContent-Length: 5\r\n"));

        mayRead.SetResult();
        await connection.ReadUntilAsync("HTTP/1.1 100 Continue\r\n\r\n");
        await connection.SendAsync("hello");

        await connection.ReadUntilAsync("got hello");
    }

    [Fact]
    public async Task Backend_that_refuses_an_expected_body_is_heard_before_any_of_it_is_sent()
    {
        var path = gateway.Answer(context =>
        {
            context.Response.StatusCode = StatusCodes.Status417ExpectationFailed;
            context.Response.ContentLength = 0;
            return Task.CompletedTask;
        });
        await using var connection = await RawConnection.OpenAsync(gateway.Http1Address);

        await connection.SendAsync(Head(path, await gateway.CustomerAsync(), "Expect: 100-continue\r\nContent-Length: 1000000\r\n"));

        var response = await connection.ReadUntilAsync("\r\n\r\n");
        Assert.StartsWith("HTTP/1.1 417 ", response, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Refusal_of_ours_does_not_wait_for_an_expected_body()
    {
        await using var connection = await RawConnection.OpenAsync(gateway.Http1Address);

        await connection.SendAsync(
            "POST / HTTP/1.1\r\nHost: gateway\r\nExpect: 100-continue\r\nContent-Length: 1000000\r\n\r\n");

        var response = await connection.ReadUntilAsync("urn:gateway:problem:invalid-api-key");
        Assert.StartsWith("HTTP/1.1 401 ", response, StringComparison.Ordinal);
    }

    [Fact]
    public async Task HTTP_1_client_that_offers_an_upgrade_to_HTTP_2_is_served_as_it_is()
    {
        var path = gateway.Answer(context => context.Response.WriteAsync("hello"));

        var response = await RawConnection.ExchangeAsync(
            gateway.Http1Address,
            Head(path, await gateway.CustomerAsync(), "Connection: Upgrade, HTTP2-Settings, close\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAoAAAAAIAAAAA\r\n"));

        Assert.StartsWith("HTTP/1.1 200 ", response, StringComparison.Ordinal);
        Assert.Contains("hello", response, StringComparison.Ordinal);
    }

    private static string Head(string path, Customer customer, string headers) =>
        $"POST {path} HTTP/1.1\r\nHost: gateway\r\nX-API-Key: {customer.Key}\r\n{headers}\r\n";

    private static string Or(object? value) => value?.ToString() is { Length: > 0 } text ? text : "-";
}
