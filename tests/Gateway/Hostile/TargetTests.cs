using Gateway.Testing;
using Gateway.Tests.Fixtures;
using Microsoft.AspNetCore.Http.Features;

namespace Gateway.Tests.Hostile;

[Collection(typeof(HostileRequests))]
public sealed class TargetTests(HostileGateway gateway, TestServers servers)
{
    [Theory]

    // A separator that is hidden beside dots.
    [InlineData("/a/..%2fb")]
    [InlineData("/a/..%2Fb")]
    [InlineData("/a%2f../b")]
    [InlineData("/a%2f..")]
    [InlineData("/a%2f.%2fb")]
    [InlineData("/a/%2e%2e%2fb")]
    [InlineData("/a/%2E./%2f%2e%2e/b")]
    [InlineData("/..%2f..%2fetc%2fpasswd")]

    // A backslash is a separator on some servers.
    [InlineData("/a/..%5cb")]
    [InlineData("/a\\b")]
    [InlineData("/a%5Cb")]
    [InlineData("/..\\..\\windows")]

    // Dots with parameters, which servlet containers cut off.
    [InlineData("/a/..;/b")]
    [InlineData("/a/..;x=1/b")]
    [InlineData("/a/.;/b")]
    [InlineData("/a/%2e%2e;/b")]
    [InlineData("/a/..%3b/b")]
    [InlineData("/a/..;")]

    // Not UTF-8: overlong, cut off, surrogates, beyond the last character, Latin-1.
    [InlineData("/a/%c0%ae%c0%ae/b")]
    [InlineData("/a%c0%afb")]
    [InlineData("/a%e0%80%afb")]
    [InlineData("/a%f0%80%80%afb")]
    [InlineData("/a%c1%9cb")]
    [InlineData("/a%c3")]
    [InlineData("/a%c3/b")]
    [InlineData("/a%ed%a0%80")]
    [InlineData("/a%f4%90%80%80")]
    [InlineData("/a%80")]
    [InlineData("/a%e9")]
    [InlineData("/a%ff")]

    // No escapes.
    [InlineData("/a%")]
    [InlineData("/a%2")]
    [InlineData("/a%zz")]
    [InlineData("/a% 2f")]
    [InlineData("/a%u002f")]
    [InlineData("/a%+2")]

    // Controls.
    [InlineData("/a%00")]
    [InlineData("/a%00.jpg")]
    [InlineData("/a%0d%0aX-Injected:%201")]
    [InlineData("/a%0a")]
    [InlineData("/a%09")]
    [InlineData("/a%1b[31m")]
    [InlineData("/a%7f")]
    [InlineData("/a%c2%85")]
    [InlineData("/a\u001b[31m")]
    [InlineData("/a\u0001")]
    [InlineData("/a\tb")]
    [InlineData("/a\u007f")]
    [InlineData("/a\u00e9")]
    [InlineData("/a?b=\u001b[31m")]
    [InlineData("/a?b=\u007f")]
    [InlineData("/a?b=\u00e9")]

    // A fragment, which is not to be sent, and where servers that cut it off see another path.
    [InlineData("/public#/../admin")]
    [InlineData("/a?b#c")]

    // Dot segments and escapes that last: there is no way to resolve the one and keep the other.
    [InlineData("/a/../b%2fc")]
    [InlineData("/a/../b%252fc")]

    // Other forms.
    [InlineData("*")]
    [InlineData("http://user@gateway/a")]
    [InlineData("http://gateway/a%2fb")]
    [InlineData("http://gateway/a\\b")]
    [InlineData("http://gateway\\@other/")]
    [InlineData("http://other/a")]
    [InlineData("ftp://gateway/a")]
    public async Task Target_that_can_be_read_in_two_ways_is_400_and_ends_the_connection(string target)
    {
        await using var connection = await gateway.ConnectAsync();
        var method = target == "*" ? "OPTIONS" : "GET";

        var marker = await connection.SendAsync(gateway, $"{method} {target} HTTP/1.1");

        var response = await connection.ReadAsync();
        Assert.Equal(400, response?.Status);
        Assert.True(response!.Body.Length == 0 || response.IsProblem("malformed-request"), response.Body);
        Assert.Null(await connection.ReadAsync());
        Assert.Null(gateway.Arrived(marker));
    }

    [Theory]
    [InlineData("/")]
    [InlineData("/?")]
    [InlineData("/a?")]
    [InlineData("/a%2fb")]
    [InlineData("/a%2Fb")]
    [InlineData("/a%252fb")]
    [InlineData("/a%252Fb%2fc%25")]
    [InlineData("/%2f%2F//")]
    [InlineData("//a//b/")]
    [InlineData("/a%20b+c")]
    [InlineData("/%41%7e%7E%2d")]
    [InlineData("/a;b=c/d;e")]
    [InlineData("/.well-known/x")]
    [InlineData("/.../..a/a../.a;b")]
    [InlineData("/%2e%2e%2e/%2ea")]
    [InlineData("/%e2%82%ac/%E2%82%AC/%f0%9f%98%80")]
    [InlineData("/%EF%BF%BD")]
    [InlineData("/!$&'()*+,=:@~-_.")]
    [InlineData("/{a}|\"<b>^`[c]")]
    [InlineData("/a%3Fb%23c%22%3C%7B")]
    [InlineData("/%252e%252e%252f")]
    [InlineData("/a?b=%2e%2e%2f&c=../..&d=%zz%&e=\\&f=%0d%0a%00&g={}|\"<>^`[]&h=%ff&i=?/")]
    [InlineData("/a?&&==&")]
    public async Task Target_arrives_byte_for_byte_as_it_was_sent(string target)
    {
        var (response, arrived) = await gateway.SendAsync($"GET {target} HTTP/1.1");

        Assert.Equal(200, response?.Status);
        Assert.Equal(target, arrived?.RawTarget);
    }

    [Theory]
    [InlineData("/a/../b", "/b")]
    [InlineData("/a/./b?c=/../d", "/a/b?c=/../d")]
    [InlineData("/a/%2e%2e/b", "/b")]
    [InlineData("/a/%2E./b%20c/%e2%82%ac", "/b%20c/%E2%82%AC")]
    [InlineData("/../../../etc/passwd", "/etc/passwd")]
    [InlineData("/a/..", "/")]
    [InlineData("/a/b/.", "/a/b/")]
    [InlineData("/a/../b?c=%2f%zz\\&d", "/b?c=%2f%zz\\&d")]
    public async Task Dot_segments_arrive_resolved_as_they_were_routed(string target, string expected)
    {
        var (response, arrived) = await gateway.SendAsync($"GET {target} HTTP/1.1");

        Assert.Equal(200, response?.Status);
        Assert.Equal(expected, arrived?.RawTarget);
    }

    [Theory]
    [InlineData("http://gateway", "/")]
    [InlineData("http://gateway/", "/")]
    [InlineData("http://gateway/a%20b?c=%2f", "/a%20b?c=%2f")]
    [InlineData("http://gateway?c", "/?c")]
    [InlineData("http://gateway/a/../b", "/b")]
    [InlineData("http://gateway/a//b", "/a//b")]
    public async Task Absolute_target_means_its_path(string target, string expected)
    {
        var (response, arrived) = await gateway.SendAsync($"GET {target} HTTP/1.1");

        Assert.Equal(200, response?.Status);
        Assert.Equal(expected, arrived?.RawTarget);
    }

    [Fact]
    public async Task Escapes_survive_a_route_that_changes_the_path_and_a_destination_with_a_path()
    {
        string? arrived = null;
        await using var backend = await Backend.StartAsync(context =>
        {
            arrived = context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget;
            return Task.CompletedTask;
        });
        await using var gatewayWithBase = await GatewayUnderTest.StartAsync(
            servers, backend,
            ("ReverseProxy:Clusters:default:Destinations:default:Address", backend.Address + "/base/"),
            ("ReverseProxy:Routes:default:Match:Path", "/v1/{**path}"),
            ("ReverseProxy:Routes:default:Transforms:0:PathRemovePrefix", "/v1"));
        var customer = await gatewayWithBase.Customers.CreateAsync();
        (string Target, string Expected)[] cases =
        [
            ("/v1/a%2fb/%252f?x=%2F", "/base/a%2fb/%252f?x=%2F"),
            ("/V1/a/../b", "/base/b"),
            ("/v1", "/base/"),
            ("/v1/", "/base/"),
        ];

        foreach (var (target, expected) in cases)
        {
            await using var connection = await HostileClient.OpenAsync(gatewayWithBase.Client.BaseAddress!);
            await connection.SendAsync($"GET {target} HTTP/1.1\r\nHost: gateway\r\nX-API-Key: {customer.Key}\r\n\r\n");

            Assert.Equal(200, (await connection.ReadAsync())?.Status);
            Assert.Equal(expected, arrived);
        }
    }
}
