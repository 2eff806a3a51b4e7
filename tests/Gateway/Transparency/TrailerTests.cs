using System.Net;
using System.Net.Sockets;
using System.Text;
using Gateway.Testing;
using Gateway.Tests.Fixtures;

namespace Gateway.Tests.Transparency;

public sealed class TrailerTests(TestServers servers)
{
    [Fact]
    public async Task Trailers_of_an_HTTP_1_backend_reach_an_HTTP_2_client()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var answering = AnswerAsync(listener);
        await using var unused = await Backend.StartAsync();
        await using var gateway = await GatewayUnderTest.StartAsync(
            servers,
            unused,
            ("ReverseProxy:Clusters:default:Destinations:default:Address", $"http://{listener.LocalEndpoint}/"),
            ("Proxy:Http2Port", "0"));
        using var request = new HttpRequestMessage(HttpMethod.Get, gateway.Http2Address)
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
        };
        request.Headers.Authorization = new("Bearer", (await gateway.Customers.CreateAsync()).Key);

        using var response = await gateway.Client.SendAsync(request);

        Assert.Equal("body", await response.Content.ReadAsStringAsync());
        Assert.Equal("abc", Assert.Single(response.TrailingHeaders.GetValues("X-Checksum")));
        await answering;
    }

    private static async Task AnswerAsync(TcpListener listener)
    {
        using var client = await listener.AcceptTcpClientAsync();
        var buffer = new byte[10_000];
        var stream = client.GetStream();
        _ = await stream.ReadAsync(buffer);
        await stream.WriteAsync(Encoding.ASCII.GetBytes(
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTrailer: X-Checksum\r\n\r\n4\r\nbody\r\n0\r\nX-Checksum: abc\r\n\r\n"));
    }
}
