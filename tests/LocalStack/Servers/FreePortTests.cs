using Gateway.LocalStack.Servers;

namespace Gateway.LocalStack.Tests.Servers;

public sealed class FreePortTests
{
    [Fact]
    public void No_port_is_given_twice_in_a_row()
    {
        var ports = Enumerable.Range(0, 500).Select(_ => FreePort.Next()).ToArray();

        Assert.Equal(ports.Length, ports.Distinct().Count());
    }
}
