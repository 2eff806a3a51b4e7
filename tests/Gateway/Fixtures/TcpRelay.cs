using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Gateway.Tests.Fixtures;

/// <summary>A network between two programs that can go dead without a word: connections stay open and nothing arrives any more.</summary>
internal sealed class TcpRelay : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stopping = new();
    private readonly ConcurrentDictionary<Connection, byte> _connections = new();
    private readonly int _targetPort;
    private readonly Task _accepting;

    public TcpRelay(int targetPort)
    {
        _targetPort = targetPort;
        _listener.Start();
        _accepting = AcceptAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>Silences every connection on which the client has sent this text; how many there were.</summary>
    public int Silence(string sentText)
    {
        var silenced = 0;
        foreach (var (connection, _) in _connections)
        {
            if (!connection.IsSilent && connection.HasSent(sentText))
            {
                connection.IsSilent = true;
                silenced++;
            }
        }

        return silenced;
    }

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        _listener.Stop();
        await _accepting;
        foreach (var (connection, _) in _connections)
        {
            connection.Dispose();
        }

        _stopping.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                var client = await _listener.AcceptTcpClientAsync(_stopping.Token);
                var target = new TcpClient();
                await target.ConnectAsync(IPAddress.Loopback, _targetPort, _stopping.Token);
                var connection = new Connection(client, target);
                _connections[connection] = 0;
                _ = connection.RunAsync(_stopping.Token).ContinueWith(
                    _ => _connections.TryRemove(connection, out var _), TaskScheduler.Default);
            }
        }
        catch (Exception exception) when (exception is OperationCanceledException or SocketException)
        {
            // The end of the test, or of the target.
        }
    }

    private sealed class Connection(TcpClient client, TcpClient target) : IDisposable
    {
        private readonly StringBuilder _sent = new();

        public bool IsSilent { get; set; }

        public bool HasSent(string text)
        {
            lock (_sent)
            {
                return _sent.ToString().Contains(text, StringComparison.Ordinal);
            }
        }

        public async Task RunAsync(CancellationToken cancellationToken)
        {
            try
            {
                await Task.WhenAny(
                    CopyAsync(client.GetStream(), target.GetStream(), isFromClient: true, cancellationToken),
                    CopyAsync(target.GetStream(), client.GetStream(), isFromClient: false, cancellationToken));
            }
            finally
            {
                Dispose();
            }
        }

        public void Dispose()
        {
            client.Dispose();
            target.Dispose();
        }

        private async Task CopyAsync(NetworkStream from, NetworkStream to, bool isFromClient, CancellationToken cancellationToken)
        {
            var buffer = new byte[65_536];
            try
            {
                int count;
                while ((count = await from.ReadAsync(buffer, cancellationToken)) > 0)
                {
                    if (isFromClient)
                    {
                        lock (_sent)
                        {
                            _sent.Append(Encoding.Latin1.GetString(buffer, 0, count));
                        }
                    }

                    if (!IsSilent)
                    {
                        await to.WriteAsync(buffer.AsMemory(0, count), cancellationToken);
                    }
                }
            }
            catch (Exception exception) when (exception is IOException or OperationCanceledException or ObjectDisposedException)
            {
                // Either side has gone: so does the other.
            }
        }
    }
}
