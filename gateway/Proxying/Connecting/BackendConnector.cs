using System.Net;
using System.Net.Sockets;
using Gateway.Contracts.Backends;
using Gateway.Proxying.Backends;

namespace Gateway.Proxying.Connecting;

/// <summary>
/// Makes every connection to a backend, those of health checks too. The address that is checked is the one that is
/// connected to: a name that leads to a metadata service by now, or for one answer in two, gets nobody there.
/// </summary>
internal sealed partial class BackendConnector(BackendOptions options, ILogger<BackendConnector> logger)
{
    private int _open;

    /// <summary>Connections that are open now, those that wait for the next request included.</summary>
    public int Open => Volatile.Read(ref _open);

    /// <summary>For <see cref="SocketsHttpHandler.ConnectCallback"/>. Tries the name's addresses in turn; none may use up the time of the others.</summary>
    /// <exception cref="SocketException">None can be connected to.</exception>
    public async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellationToken)
    {
        var (host, port) = (context.DnsEndPoint.Host, context.DnsEndPoint.Port);
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        timeout.CancelAfter(options.ConnectTimeout);
        SocketException? failure = null;
        try
        {
            var addresses = IPAddress.TryParse(host, out var literal) ? [literal] : await Dns.GetHostAddressesAsync(host, timeout.Token);
            for (var index = 0; index < addresses.Length; index++)
            {
                if (!options.AllowsLinkLocal && MetadataAddress.Includes(addresses[index]))
                {
                    AddressRefused(host);
                    failure = new SocketException((int)SocketError.AccessDenied);
                    continue;
                }

                try
                {
                    return await ConnectAsync(new IPEndPoint(addresses[index], port), options.ConnectTimeout / (addresses.Length - index), timeout.Token);
                }
                catch (SocketException exception)
                {
                    failure = exception;
                }
            }
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            // Nothing was sent: no timeout of a request, but a backend that cannot be reached.
            throw new SocketException((int)SocketError.TimedOut);
        }

        throw failure ?? new SocketException((int)SocketError.HostNotFound);
    }

    private async Task<Connection> ConnectAsync(IPEndPoint endPoint, TimeSpan limit, CancellationToken cancellationToken)
    {
        var socket = new Socket(endPoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        timeout.CancelAfter(limit);
        try
        {
            await socket.ConnectAsync(endPoint, timeout.Token);
            return new Connection(this, socket);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            socket.Dispose();
            throw new SocketException((int)SocketError.TimedOut);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>Counted for as long as it is open.</summary>
    private sealed class Connection : NetworkStream
    {
        private readonly BackendConnector _connector;
        private int _isClosed;

        public Connection(BackendConnector connector, Socket socket)
            : base(socket, ownsSocket: true)
        {
            _connector = connector;
            Interlocked.Increment(ref connector._open);
        }

        protected override void Dispose(bool disposing)
        {
            if (Interlocked.Exchange(ref _isClosed, 1) == 0)
            {
                Interlocked.Decrement(ref _connector._open);
            }

            base.Dispose(disposing);
        }
    }

    [LoggerMessage(256, LogLevel.Error, "{Host} leads to a link-local or metadata address, which is not connected to")]
    private partial void AddressRefused(string host);
}
