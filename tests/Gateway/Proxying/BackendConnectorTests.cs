using System.Net;
using System.Net.Sockets;
using System.Reflection;
using Gateway.Proxying.Backends;
using Gateway.Proxying.Connecting;
using Gateway.Tests.Fixtures;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging.Abstractions;
using Yarp.ReverseProxy.Configuration;
using Yarp.ReverseProxy.Forwarder;

namespace Gateway.Tests.Proxying;

public sealed class BackendConnectorTests
{
    [Fact]
    public async Task Name_with_several_addresses_is_connected_to_by_the_one_that_answers()
    {
        // Where localhost is ::1 too, nobody listens there.
        await using var backend = RawBackend.Start("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello");

        Assert.Equal("hello", await GetAsync($"http://localhost:{backend.Port}/"));
    }

    [Theory]
    [InlineData("http://169.254.169.254/")]
    [InlineData("http://[::ffff:169.254.169.254]/")]
    [InlineData("http://2852039166/")] // 169.254.169.254 as one number.
    [InlineData("http://0xa9.0xfe.0xa9.0xfe/")]
    [InlineData("http://100.100.100.200/")]
    [InlineData("http://[64:ff9b::a9fe:a9fe]/")]
    [InlineData("http://0.0.0.0/")]
    public async Task Metadata_address_is_refused_however_it_is_written(string address)
    {
        var exception = await Assert.ThrowsAsync<HttpRequestException>(() => GetAsync(address));

        Assert.Equal(SocketError.AccessDenied, Assert.IsType<SocketException>(exception.InnerException).SocketErrorCode);
        Assert.Equal(HttpRequestError.ConnectionError, exception.HttpRequestError);
    }

    [Fact]
    public async Task Link_local_address_is_connected_to_where_the_operator_says_so()
    {
        // 0.0.0.0 is among them, and on Linux it is this machine.
        await using var backend = RawBackend.Start("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello");

        Assert.Equal("hello", await GetAsync($"http://0.0.0.0:{backend.Port}/", ("Proxy:AllowLinkLocalBackends", "true")));
    }

    [Fact]
    public async Task Connection_that_takes_too_long_is_a_failed_connection_and_no_timeout_of_a_request()
    {
        using var full = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        full.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        full.Listen(0);
        var endPoint = (IPEndPoint)full.LocalEndPoint!;

        // Nobody accepts, so that the kernel drops further attempts once its queue is full.
        var waiting = Enumerable.Range(0, 4).Select(_ => new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp)).ToList();
        foreach (var socket in waiting)
        {
            _ = socket.ConnectAsync(endPoint).ContinueWith(static task => task.Exception, TaskScheduler.Default);
        }

        var exception = await Assert.ThrowsAsync<HttpRequestException>(() => GetAsync($"http://127.0.0.1:{endPoint.Port}/", ("Proxy:ConnectTimeoutMilliseconds", "200")));

        Assert.Equal(SocketError.TimedOut, Assert.IsType<SocketException>(exception.InnerException).SocketErrorCode);
        waiting.ForEach(static socket => socket.Dispose());
    }

    [Fact]
    public void Client_does_nothing_on_its_own()
    {
        using var client = CreateClient();
        var handler = (SocketsHttpHandler)typeof(HttpMessageInvoker).GetField("_handler", BindingFlags.NonPublic | BindingFlags.Instance)!.GetValue(client)!;

        Assert.False(handler.AllowAutoRedirect);
        Assert.False(handler.UseCookies);
        Assert.False(handler.UseProxy);
        Assert.Equal(DecompressionMethods.None, handler.AutomaticDecompression);
        Assert.Null(handler.ActivityHeadersPropagator);
        Assert.Null(handler.Credentials);
    }

    private static async Task<string> GetAsync(string address, params (string Name, string Value)[] settings)
    {
        using var client = CreateClient(settings);
        using var response = await client.SendAsync(new HttpRequestMessage(HttpMethod.Get, address), CancellationToken.None);
        return await response.Content.ReadAsStringAsync();
    }

    private static HttpMessageInvoker CreateClient(params (string Name, string Value)[] settings)
    {
        var options = BackendOptions.Read(new ConfigurationBuilder()
            .AddInMemoryCollection(settings.Select(setting => KeyValuePair.Create(setting.Name, (string?)setting.Value))).Build());
        var factory = new BackendClientFactory(
            new BackendConnector(options, NullLogger<BackendConnector>.Instance), options, NullLogger<ForwarderHttpClientFactory>.Instance);
        return factory.CreateClient(new ForwarderHttpClientContext { ClusterId = "test", NewConfig = HttpClientConfig.Empty });
    }
}
