using Gateway.Problems;
using Gateway.Validation;
using Microsoft.AspNetCore.Http;

namespace Gateway.Tests.Hostile;

/// <summary>Request smuggling: nobody may disagree with us on where a request ends.</summary>
[Collection(typeof(HostileRequests))]
public sealed class FramingTests(HostileGateway gateway)
{
    private const string Body = "3\r\nabc\r\n0\r\n\r\n";

    [Theory]
    [InlineData("Content-Length: 3\r\nTransfer-Encoding: chunked\r\n", Body)]
    [InlineData("Transfer-Encoding: chunked\r\nContent-Length: 3\r\n", Body)]
    [InlineData("Transfer-Encoding: chunked\r\nContent-Length: 0\r\n", Body)]
    [InlineData("Transfer-Encoding: chunked\r\nX-Content-Length: 3\r\n", Body)]
    [InlineData("Transfer-Encoding: gzip, chunked\r\nContent-Length: 3\r\n", Body)]
    [InlineData("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n", Body)]
    public async Task Two_ways_to_find_the_end_of_a_body_are_a_400_problem_and_end_the_connection(string headers, string body) =>
        await RefusedAsync(400, "malformed-request", "POST / HTTP/1.1", headers, body);

    [Fact]
    public async Task Transfer_encoding_in_http_1_0_is_a_400_problem() =>
        await RefusedAsync(400, "malformed-request", "POST / HTTP/1.0", "Connection: keep-alive\r\nTransfer-Encoding: chunked\r\n", Body);

    /// <summary>No client library sends it, so the rule is asked.</summary>
    [Theory]
    [InlineData("chunked")]
    [InlineData("gzip")]
    public void Transfer_encoding_in_http_2_is_a_400_problem(string coding)
    {
        var request = new DefaultHttpContext().Request;
        request.Protocol = HttpProtocol.Http2;
        request.Headers.TransferEncoding = coding;

        Assert.Equal(Problem.MalformedFraming, FramingRule.Check(request));
    }

    [Theory]
    [InlineData("gzip, chunked")]
    [InlineData("chunked, chunked")]
    [InlineData("identity, chunked")]
    public async Task Other_transfer_codings_are_a_501_problem_and_end_the_connection(string codings) =>
        await RefusedAsync(501, "not-implemented", "POST / HTTP/1.1", $"Transfer-Encoding: {codings}\r\n", Body);

    [Theory]
    [InlineData("Transfer-Encoding: chunked\r\nTransfer-Encoding: gzip\r\n", Body)]
    [InlineData("Transfer-Encoding: gzip\r\nTransfer-Encoding: chunked\r\n", Body)]
    [InlineData("Transfer-Encoding: xchunked\r\n", Body)]
    [InlineData("Transfer-Encoding: gzip\r\n", Body)]
    [InlineData("Transfer-Encoding: chunked, gzip\r\n", Body)]
    [InlineData("Transfer-Encoding: chunked;q=1\r\n", Body)]
    [InlineData("Transfer-Encoding: \"chunked\"\r\n", Body)]
    [InlineData("Transfer-Encoding: \u000bchunked\r\n", Body)]
    [InlineData("Transfer-Encoding : chunked\r\n", Body)]
    [InlineData(" Transfer-Encoding: chunked\r\n", Body)]
    [InlineData("Transfer-Encoding:\r\n chunked\r\n", Body)]
    [InlineData("Content-Length: 3\r\nContent-Length: 4\r\n", "abcd")]
    [InlineData("Content-Length: 3\r\nContent-Length: 3\r\n", "abc")]
    [InlineData("Content-Length: -1\r\n", "abc")]
    [InlineData("Content-Length: 0x3\r\n", "abc")]
    [InlineData("Content-Length: 3, 3\r\n", "abc")]
    [InlineData("Content-Length: 3 3\r\n", "abc")]
    [InlineData("Content-Length: 99999999999999999999\r\n", "abc")]
    [InlineData("Content-Length: \r\n", "abc")]
    [InlineData("X: a\0b\r\n", "")]
    [InlineData("X: a\r\n b\r\n", "")]
    [InlineData("X: a\rb\r\n", "")]
    [InlineData("X\r\n", "")]
    [InlineData(": x\r\n", "")]
    [InlineData("X Y: x\r\n", "")]
    public async Task Framing_that_is_wrong_is_400_and_ends_the_connection(string headers, string body) =>
        await RefusedAsync(400, type: null, "POST / HTTP/1.1", headers, body);

    [Theory]
    [InlineData("FFFFFFFFFFFFFFFF1\r\nabc\r\n0\r\n\r\n")]
    [InlineData("3;a\nb\r\nabc\r\n0\r\n\r\n")]
    [InlineData("3;a\rb\r\nabc\r\n0\r\n\r\n")]
    [InlineData("3\nabc\r\n0\r\n\r\n")]
    [InlineData("3\r\nabcd\r\n0\r\n\r\n")]
    [InlineData("-3\r\nabc\r\n0\r\n\r\n")]
    [InlineData("0x3\r\nabc\r\n0\r\n\r\n")]
    [InlineData("3 \r\nabc\r\n0\r\n\r\n")]
    [InlineData("\r\nabc\r\n0\r\n\r\n")]
    public async Task Chunks_that_are_wrong_end_the_connection_and_never_make_a_whole_request(string body) =>
        await RefusedAsync(400, type: null, "POST / HTTP/1.1", "Transfer-Encoding: chunked\r\n", body);

    [Theory]
    [InlineData("GET / HTTP/1.1\n{0}\r\n")]
    [InlineData("GET / HTTP/1.1\r\nX: 1\n{0}\r\n")]
    [InlineData("GET / HTTP/1.1\r\n{0}\n")]
    [InlineData("GET / HTTP/1.1\r\n{0}X: 1\r\n\n")]
    [InlineData("GET / HTTP/1.1\r\n{0}\n\n")]
    public async Task Line_that_ends_with_a_bare_line_feed_is_400_and_ends_the_connection(string request)
    {
        await using var connection = await gateway.ConnectAsync();
        var marker = Guid.NewGuid().ToString("N");

        await connection.SendAsync(request.Replace("{0}", gateway.CommonHeaders(marker, withKey: true), StringComparison.Ordinal));

        Assert.Equal(400, (await connection.ReadAsync())?.Status);
        Assert.Null(await connection.ReadAsync());
        Assert.Null(gateway.Arrived(marker));
    }

    [Theory]
    [InlineData("Transfer-Encoding: chunked\r\n", "chunked")]
    [InlineData("Transfer-Encoding: Chunked\r\n", "Chunked")]
    public async Task Chunked_body_is_forwarded_and_the_connection_goes_on(string headers, string encoding)
    {
        await using var connection = await gateway.ConnectAsync();

        var first = await connection.SendAsync(gateway, "POST / HTTP/1.1", headers, Body);
        Assert.Equal(200, (await connection.ReadAsync())?.Status);
        await connection.SendAsync(gateway, "GET / HTTP/1.1");
        Assert.Equal(200, (await connection.ReadAsync())?.Status);

        Assert.Equal(encoding, gateway.Arrived(first)!.Headers["Transfer-Encoding"], ignoreCase: true);
    }

    [Theory]
    [InlineData("POST / HTTP/1.1", "Content-Length: +3\r\n")]
    [InlineData("POST / HTTP/1.1", "Content-Length: 003\r\n")]
    [InlineData("POST /  HTTP/1.1", "Content-Length: 3\r\n")]
    public async Task What_Kestrel_is_lenient_with_is_forwarded_in_its_one_right_form(string line, string headers)
    {
        await using var connection = await gateway.ConnectAsync();

        var marker = await connection.SendAsync(gateway, line, headers, "abc");
        Assert.Equal(200, (await connection.ReadAsync())?.Status);
        await connection.SendAsync(gateway, "GET / HTTP/1.1");
        Assert.Equal(200, (await connection.ReadAsync())?.Status);

        Assert.Equal("3", gateway.Arrived(marker)!.Headers["Content-Length"]);
        Assert.Equal("/", gateway.Arrived(marker)!.RawTarget);
    }

    [Fact]
    public async Task X_content_length_of_a_client_is_forwarded_where_it_means_nothing()
    {
        var (response, arrived) = await gateway.SendAsync("POST / HTTP/1.1", "Content-Length: 3\r\nX-Content-Length: 7\r\n", "abc");

        Assert.Equal(200, response?.Status);
        Assert.Equal("3", arrived!.Headers["Content-Length"]);
        Assert.Equal("7", arrived.Headers["X-Content-Length"]);
    }

    [Fact]
    public async Task Content_length_beside_transfer_encoding_and_kestrels_name_for_it_reaches_nobody()
    {
        var (response, arrived) = await gateway.SendAsync(
            "POST / HTTP/1.1", "X-Content-Length: 3\r\nTransfer-Encoding: chunked\r\nContent-Length: 3\r\n", Body);

        Assert.NotEqual(200, response?.Status);
        Assert.Null(arrived);
    }

    [Theory]
    [InlineData(" GET / HTTP/1.1", 400)]
    [InlineData("GET / HTTP/1.1 ", 400)]
    [InlineData("GET / HTTP/1.2", 505)]
    [InlineData("GET / HTTP/2.0", 505)]
    [InlineData("GET / HTTP/11.1", 400)]
    [InlineData("GET / http/1.1", 505)]
    [InlineData("GET /", 400)]
    [InlineData("GET  / HTTP/1.1", 400)]
    [InlineData("GET\t/ HTTP/1.1", 400)]
    public async Task First_line_that_is_wrong_reaches_nobody(string line, int status) => await RefusedAsync(status, type: null, line, "", "");

    /// <summary>Behind the request, in the same bytes, another one: it must be answered by nobody.</summary>
    private async Task RefusedAsync(int status, string? type, string line, string headers, string body)
    {
        await using var connection = await gateway.ConnectAsync();
        string[] markers = [Guid.NewGuid().ToString("N"), Guid.NewGuid().ToString("N")];

        await connection.SendAsync(
            $"{line}\r\n{gateway.CommonHeaders(markers[0], withKey: true)}{headers}\r\n{body}"
            + $"GET /smuggled HTTP/1.1\r\n{gateway.CommonHeaders(markers[1], withKey: true)}\r\n");

        var response = await connection.ReadAsync();
        Assert.Equal(status, response?.Status);
        Assert.True(type is null || response!.IsProblem(type), response!.Body);
        Assert.Null(await connection.ReadAsync());
        Assert.All(markers, marker => Assert.Null(gateway.Arrived(marker)));
    }
}
