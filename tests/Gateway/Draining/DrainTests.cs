using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Gateway.Contracts;
using Gateway.LocalStack.Servers;
using Gateway.Testing;
using Gateway.Tests.Fixtures;

namespace Gateway.Tests.Draining;

public sealed class DrainTests(TestServers servers)
{
    private const int DrainSeconds = 3;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Gateway_that_is_told_to_stop_is_unready_and_serves_on_and_ends_each_connection_with_its_answer(int version)
    {
        await using var backend = await Backend.StartAsync();
        await using var gateway = await GatewayUnderTest.StartAsync(
            servers, backend, ("Shutdown:DrainSeconds", $"{DrainSeconds}"), ("Proxy:Http2Port", $"{FreePort.Next()}"));
        var customer = await gateway.Customers.CreateAsync();
        var connections = 0;
        using var client = new HttpClient(new SocketsHttpHandler { ConnectCallback = ConnectAsync })
        {
            BaseAddress = version == 1 ? gateway.Client.BaseAddress : gateway.Http2Address,
            DefaultRequestVersion = version == 1 ? HttpVersion.Version11 : HttpVersion.Version20,
            DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact,
            DefaultRequestHeaders = { Authorization = new("Bearer", customer.Key) },
        };
        Assert.Equal("hello", await client.GetStringAsync("/"));
        Assert.Equal("hello", await client.GetStringAsync("/"));
        Assert.Equal(1, connections);

        var started = Stopwatch.GetTimestamp();
        var stopping = gateway.StopAsync();
        await Eventually.EqualsAsync(HttpStatusCode.ServiceUnavailable, () => gateway.StatusOfAsync("/health/ready"));
        Assert.Equal(HttpStatusCode.OK, await gateway.StatusOfAsync("/health/live"));
        for (var request = 1; request <= 3; request++)
        {
            Assert.Equal("hello", await client.GetStringAsync("/"));

            // The first one still came over the connection that was there, and ended it.
            await Eventually.EqualsAsync(request, () => Task.FromResult(Volatile.Read(ref connections)));
        }

        Assert.False(stopping.IsCompleted);
        await stopping;
        Assert.True(Stopwatch.GetElapsedTime(started) >= TimeSpan.FromSeconds(DrainSeconds));
        await Assert.ThrowsAsync<HttpRequestException>(() => client.GetAsync("/"));

        async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellationToken)
        {
            var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
            await socket.ConnectAsync(context.DnsEndPoint, cancellationToken);
            Interlocked.Increment(ref connections);
            return new NetworkStream(socket, ownsSocket: true);
        }
    }

    [Fact]
    public async Task Gateway_that_never_was_ready_stops_at_once()
    {
        await using var backend = await Backend.StartAsync();
        await using var gateway = await GatewayUnderTest.StartUnreadyAsync(
            $"postgresql://user@127.0.0.1:{FreePort.Next()}/gateway",
            (EnvironmentVariables.RedisUrl, $"redis://127.0.0.1:{FreePort.Next()}"),
            (EnvironmentVariables.KafkaBootstrapServers, $"127.0.0.1:{FreePort.Next()}"),
            ("ReverseProxy:Clusters:default:Destinations:default:Address", backend.Address),
            ("Shutdown:DrainSeconds", "600"));

        await gateway.StopAsync().WaitAsync(TimeSpan.FromSeconds(60));
    }
}
