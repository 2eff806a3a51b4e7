using System.IO.Compression;
using System.Net;
using Gateway.Tests.Fixtures;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Gateway.Tests.Transparency;

public sealed class AnswerTests(TransparentGateway gateway) : IClassFixture<TransparentGateway>
{
    [Fact]
    public async Task HEAD_keeps_the_length_of_the_body_that_it_does_not_have()
    {
        var path = gateway.Answer(context =>
        {
            context.Response.ContentLength = 12_345;
            return Task.CompletedTask;
        });

        var response = await ExchangeAsync("HEAD", path);

        Assert.StartsWith("HTTP/1.1 200 ", response, StringComparison.Ordinal);
        Assert.Contains("\r\nContent-Length: 12345\r\n", response, StringComparison.Ordinal);
        Assert.EndsWith("\r\n\r\n", response, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(204)]
    [InlineData(304)]
    public async Task Answer_without_a_body_has_none_and_no_framing_either(int status)
    {
        var path = gateway.Answer(context =>
        {
            context.Response.StatusCode = status;
            context.Response.Headers.ETag = "\"v1\"";
            return Task.CompletedTask;
        });

        var response = await ExchangeAsync("GET", path, "If-None-Match: \"v1\"\r\n");

        Assert.StartsWith($"HTTP/1.1 {status} ", response, StringComparison.Ordinal);
        Assert.Contains("\r\nETag: \"v1\"\r\n", response, StringComparison.Ordinal);
        Assert.DoesNotContain("Transfer-Encoding", response, StringComparison.OrdinalIgnoreCase);
        Assert.EndsWith("\r\n\r\n", response, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Length_of_an_answer_that_has_no_body_is_dropped()
    {
        await using var backend = RawBackend.Start("HTTP/1.1 204 No Content\r\nContent-Length: 5\r\nX-Kept: yes\r\n\r\n");
        var customer = await gateway.CustomerAsync();
        await gateway.Gateway.GiveBackendAsync(customer, [backend.Address]);

        using var client = gateway.ClientOf(customer);
        using var response = await client.GetAsync("/nothing");

        Assert.Equal(HttpStatusCode.NoContent, response.StatusCode);
        Assert.Equal("yes", Assert.Single(response.Headers.GetValues("X-Kept")));
    }

    [Fact]
    public async Task Range_and_its_answer_pass()
    {
        var path = gateway.Answer(context =>
        {
            Assert.Equal("bytes=2-4", context.Request.Headers.Range);
            context.Response.StatusCode = StatusCodes.Status206PartialContent;
            context.Response.Headers.ContentRange = "bytes 2-4/10";
            context.Response.ContentLength = 3;
            return context.Response.WriteAsync("234");
        });

        var response = await ExchangeAsync("GET", path, "Range: bytes=2-4\r\n");

        Assert.StartsWith("HTTP/1.1 206 ", response, StringComparison.Ordinal);
        Assert.Contains("\r\nContent-Range: bytes 2-4/10\r\n", response, StringComparison.Ordinal);
        Assert.EndsWith("\r\n\r\n234", response, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Compressed_body_stays_as_it_is()
    {
        using var compressed = new MemoryStream();
        await using (var gzip = new GZipStream(compressed, CompressionLevel.Optimal, leaveOpen: true))
        {
            await gzip.WriteAsync(new byte[10_000]);
        }

        var path = gateway.Answer(context =>
        {
            Assert.Equal("br;q=0.5, gzip", context.Request.Headers.AcceptEncoding);
            context.Response.Headers.ContentEncoding = "gzip";
            return context.Response.Body.WriteAsync(compressed.ToArray()).AsTask();
        });
        using var client = await gateway.ClientAsync();
        client.DefaultRequestHeaders.TryAddWithoutValidation("Accept-Encoding", "br;q=0.5, gzip");

        using var response = await client.GetAsync(path);

        Assert.Equal("gzip", Assert.Single(response.Content.Headers.ContentEncoding));
        Assert.Equal(compressed.ToArray(), await response.Content.ReadAsByteArrayAsync());
    }

    [Fact]
    public async Task Redirect_and_cookies_are_the_clients_affair()
    {
        var path = gateway.Answer(context =>
        {
            context.Response.Headers.Append("Set-Cookie", "seen=" + context.Request.Headers.Cookie.ToString().Length);
            context.Response.Headers.Append("Set-Cookie", "b=2; Path=/; HttpOnly");
            context.Response.Headers.Append("Set-Cookie", "a=1; Expires=Wed, 21 Oct 2026 07:28:00 GMT");
            context.Response.Redirect("http://elsewhere.example/?x=%2F");
            return Task.CompletedTask;
        });
        using var client = await gateway.ClientAsync();

        for (var visit = 0; visit < 2; visit++)
        {
            using var response = await client.GetAsync(path);

            Assert.Equal(HttpStatusCode.Redirect, response.StatusCode);
            Assert.Equal("http://elsewhere.example/?x=%2F", response.Headers.Location!.OriginalString);
            Assert.Equal(
                ["seen=0", "b=2; Path=/; HttpOnly", "a=1; Expires=Wed, 21 Oct 2026 07:28:00 GMT"], response.Headers.GetValues("Set-Cookie"));
        }
    }

    [Fact]
    public async Task Reason_and_unusual_status_reach_the_client()
    {
        var path = gateway.Answer(context =>
        {
            context.Response.StatusCode = 299;
            context.Features.GetRequiredFeature<IHttpResponseFeature>().ReasonPhrase = "Quite Fine";
            return Task.CompletedTask;
        });

        var response = await ExchangeAsync("GET", path);

        Assert.StartsWith("HTTP/1.1 299 Quite Fine\r\n", response, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("caf\u00e9")] // Latin-1
    [InlineData("caf\u00c3\u00a9")] // UTF-8
    public async Task Header_values_keep_their_bytes_in_both_directions(string value)
    {
        var path = gateway.Answer(context =>
        {
            context.Response.Headers["X-Back"] = context.Request.Headers["X-There"];
            return Task.CompletedTask;
        });

        var response = await ExchangeAsync("GET", path, $"X-There: {value}\r\n");

        Assert.Contains($"\r\nX-Back: {value}\r\n", response, StringComparison.Ordinal);
    }

    private async Task<string> ExchangeAsync(string method, string path, string headers = "") => await RawConnection.ExchangeAsync(
        gateway.Http1Address,
        $"{method} {path} HTTP/1.1\r\nHost: gateway\r\nConnection: close\r\nX-API-Key: {(await gateway.CustomerAsync()).Key}\r\n{headers}\r\n");
}
