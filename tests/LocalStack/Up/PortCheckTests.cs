using System.Net;
using System.Net.Sockets;
using Gateway.LocalStack.Servers;
using Gateway.LocalStack.Up;

namespace Gateway.LocalStack.Tests.Up;

public sealed class PortCheckTests
{
    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("0.0.0.0")]
    [InlineData("::")]
    public void PortCheck_taken_port_names_port_purpose_holder_and_variable(string address)
    {
        using var listener = new TcpListener(IPAddress.Parse(address), 0);
        listener.Start();
        var port = ((IPEndPoint)listener.LocalEndpoint).Port;

        var problem = Assert.Single(PortCheck.Problems([new LocalPort("GATEWAY_DEV_REDIS_PORT", "Redis", port)]));

        Assert.Contains($"Port {port}, for Redis, is taken by pid {Environment.ProcessId}: ", problem, StringComparison.Ordinal);
        Assert.Contains("Gateway.LocalStack.Tests", problem, StringComparison.Ordinal);
        Assert.Contains("GATEWAY_DEV_REDIS_PORT=", problem, StringComparison.Ordinal);
    }

    [Fact]
    public void PortCheck_free_ports_have_no_problem() =>
        Assert.Empty(PortCheck.Problems([new LocalPort("GATEWAY_DEV_REDIS_PORT", "Redis", FreePort.Next())]));

    [Fact]
    public void PortCheck_same_port_twice_names_both_variables()
    {
        var port = FreePort.Next();

        var problem = Assert.Single(PortCheck.Problems([new LocalPort("FIRST", "Redis", port), new LocalPort("SECOND", "Kafka", port)]));

        Assert.Contains("FIRST and SECOND", problem, StringComparison.Ordinal);
    }
}
