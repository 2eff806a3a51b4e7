namespace Gateway.Tests.Hostile;

[Collection(typeof(HostileRequests))]
public sealed class MethodTests(HostileGateway gateway)
{
    [Theory]
    [InlineData("TRACE / HTTP/1.1")]
    [InlineData("TRACK / HTTP/1.1")]
    [InlineData("DEBUG / HTTP/1.1")]
    [InlineData("PROPFIND / HTTP/1.1")]
    [InlineData("PRI / HTTP/1.1")]
    [InlineData("get / HTTP/1.1")]
    [InlineData("Get / HTTP/1.1")]
    [InlineData("GET! / HTTP/1.1")]
    [InlineData("GETGETGETGETGETGETGETGETGETGETGETGETGETGETGETGETGETGETGET / HTTP/1.1")]
    public async Task Methods_that_are_not_allowed_are_a_405_problem_before_any_key_is_looked_up(string line)
    {
        // Without a key: 401 would mean that it was looked at.
        var (response, arrived) = await gateway.SendAsync(line, withKey: false);
        Assert.Equal(405, response?.Status);
        Assert.True(response!.IsProblem("method-not-allowed"));
        Assert.Equal("GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS", response.Headers["Allow"]);
        Assert.Null(arrived);

        var (withKey, arrivedWithKey) = await gateway.SendAsync(line);
        Assert.Equal(405, withKey?.Status);
        Assert.DoesNotContain(gateway.Customer.Key, withKey!.Body, StringComparison.Ordinal);
        Assert.Null(arrivedWithKey);
    }

    [Fact]
    public async Task Connect_is_a_405_problem()
    {
        await using var connection = await gateway.ConnectAsync();

        await connection.SendAsync("CONNECT internal:443 HTTP/1.1\r\nHost: internal:443\r\n\r\n");

        var response = await connection.ReadAsync();
        Assert.Equal(405, response?.Status);
        Assert.True(response!.IsProblem("method-not-allowed"));
    }

    [Theory]
    [InlineData("GET")]
    [InlineData("POST")]
    [InlineData("PUT")]
    [InlineData("PATCH")]
    [InlineData("DELETE")]
    [InlineData("OPTIONS")]
    public async Task Other_methods_reach_the_backend(string method)
    {
        var (response, arrived) = await gateway.SendAsync($"{method} / HTTP/1.1", "Content-Length: 0\r\n");

        Assert.Equal(200, response?.Status);
        Assert.Equal(method, arrived?.Method);
    }

    [Theory]
    [InlineData("h2c", "HTTP2-Settings: AAMAAABkAAQAAP__\r\n", "Upgrade, HTTP2-Settings")]
    [InlineData("SPDY/3.1", "", "Upgrade")]
    [InlineData("TLS/1.3", "", "Upgrade")]
    [InlineData("websocket, h2c", "", "Upgrade")]
    public async Task Upgrade_to_anything_but_websocket_is_forwarded_as_an_ordinary_request(string protocol, string headers, string connection)
    {
        var (response, arrived) = await gateway.SendAsync(
            "GET / HTTP/1.1", $"Connection: {connection}\r\nUpgrade: {protocol}\r\n{headers}");

        Assert.Equal(200, response?.Status);
        Assert.DoesNotContain("Upgrade", arrived!.Headers.Keys);
        Assert.DoesNotContain("HTTP2-Settings", arrived.Headers.Keys);
        Assert.DoesNotContain("Connection", arrived.Headers.Keys);
    }

    [Theory]
    [InlineData("DELETE")]
    [InlineData("OPTIONS")]
    [InlineData("PUT")]
    public async Task Upgrade_to_websocket_asked_for_with_another_method_than_GET_keeps_its_method(string method)
    {
        var (response, arrived) = await gateway.SendAsync($"{method} / HTTP/1.1", "Connection: Upgrade\r\nUpgrade: websocket\r\n");

        Assert.Equal(200, response?.Status);
        Assert.Equal(method, arrived?.Method);
        Assert.DoesNotContain("Upgrade", arrived!.Headers.Keys);
    }

    [Theory]
    [InlineData("")]
    [InlineData("Host: a\r\nHost: b\r\n")]
    [InlineData("Host: a\r\nHost: a\r\n")]
    [InlineData("Host: a@b\r\n")]
    [InlineData("Host: a/b\r\n")]
    [InlineData("Host: a b\r\n")]
    [InlineData("Host: a,b\r\n")]
    [InlineData("Host: a:99:99\r\n")]
    [InlineData("Host: a\\b\r\n")]
    public async Task Host_that_is_missing_doubled_or_none_is_400(string host)
    {
        await using var connection = await gateway.ConnectAsync();

        await connection.SendAsync($"GET / HTTP/1.1\r\n{host}X-API-Key: {gateway.Customer.Key}\r\n\r\n");

        Assert.Equal(400, (await connection.ReadAsync())?.Status);
        Assert.Null(await connection.ReadAsync());
    }
}
