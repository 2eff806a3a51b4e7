using System.Net;
using System.Net.Sockets;

namespace Gateway.LocalStack.Servers;

/// <summary>
/// Finds ports that nobody listens on, below those that Linux gives to outgoing connections by itself (32,768 and above, unless an
/// administrator has changed that): one of these could be taken again before, or while, the server that it is for restarts.
/// </summary>
public static class FreePort
{
    private const int First = 20_000;
    private const int Count = 12_000;

    // Processes that look at the same time begin at different places.
    private static int _last = Random.Shared.Next(Count);

    /// <summary>A port of 127.0.0.1 that was free a moment ago. This process gets no port again before it has had all others.</summary>
    /// <exception cref="InvalidOperationException">None is free.</exception>
    public static int Next()
    {
        for (var tried = 0; tried < Count; tried++)
        {
            var port = First + (int)((uint)Interlocked.Increment(ref _last) % Count);
            if (IsFree(port))
            {
                return port;
            }
        }

        throw new InvalidOperationException($"no port of 127.0.0.1 from {First} to {First + Count - 1} is free");
    }

    private static bool IsFree(int port)
    {
        using var listener = new TcpListener(IPAddress.Loopback, port);
        try
        {
            listener.Start();
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
