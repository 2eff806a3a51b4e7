using System.Net;
using System.Net.Sockets;

namespace Gateway.Chaos.Stack;

/// <summary>
/// Ports below those that the kernel gives to outgoing connections (from 32768 on): while a server is down, none of the
/// many clients can be given its port.
/// </summary>
internal static class StablePort
{
    private const int First = 20_000;
    private const int Last = 32_000;

    public static int Next()
    {
        while (true)
        {
            // Not for secrets.
#pragma warning disable CA5394
            var port = Random.Shared.Next(First, Last);
#pragma warning restore CA5394
            try
            {
                using var listener = new TcpListener(IPAddress.Loopback, port);
                listener.Start();
                return port;
            }
            catch (SocketException)
            {
                // Taken: another.
            }
        }
    }
}
