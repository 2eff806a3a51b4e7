using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Gateway.Keygen.Tests;

/// <summary>A backend that does with each connection what a test wants, and then closes it.</summary>
internal sealed class TestBackend : IAsyncDisposable
{
    /// <summary>The first character of a TLS connection.</summary>
    private const char TlsHandshake = '\u0016';

    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stopped = new();
    private readonly Func<Stream, Task> _serveAsync;
    private readonly Task _serving;

    public TestBackend(Func<Stream, Task> serveAsync)
    {
        _serveAsync = serveAsync;
        _listener.Start();
        _serving = ServeAsync();
    }

    public string Address => $"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}/";

    /// <summary>What the last connection sent first, if it spoke in the clear.</summary>
    public string LastRequest { get; private set; } = string.Empty;

    public async ValueTask DisposeAsync()
    {
        await _stopped.CancelAsync();
        _listener.Dispose();
        await _serving;
        _stopped.Dispose();
    }

    private async Task ServeAsync()
    {
        while (!_stopped.IsCancellationRequested)
        {
            try
            {
                using var client = await _listener.AcceptTcpClientAsync(_stopped.Token);
                var first = new byte[4096];
                var count = await client.Client.ReceiveAsync(first, SocketFlags.Peek, _stopped.Token);
                LastRequest = Encoding.ASCII.GetString(first, 0, count);
                if (!LastRequest.StartsWith(TlsHandshake))
                {
                    await client.Client.ReceiveAsync(first, _stopped.Token);
                }

                await _serveAsync(client.GetStream()).WaitAsync(_stopped.Token);
            }
            catch (Exception exception) when (exception is OperationCanceledException or IOException or SocketException or ObjectDisposedException or System.Security.Authentication.AuthenticationException)
            {
                // The test is over, or the client had enough.
            }
        }
    }
}
