using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace Gateway.Tests.Fixtures;

/// <summary>A backend that does what no server would: the test says which bytes it sends, and when it breaks off.</summary>
internal sealed class RawBackend : IAsyncDisposable
{
    private readonly TcpListener _listener;
    private readonly CancellationTokenSource _stopping = new();
    private readonly Task _accepting;
    private readonly Func<BackendConnection, Task> _answer;
    private int _connections;

    private RawBackend(int port, Func<BackendConnection, Task> answer)
    {
        _answer = answer;
        _listener = new TcpListener(IPAddress.Loopback, port);
        _listener.Start(1000);
        _accepting = AcceptAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    public string Address => $"http://127.0.0.1:{Port}/";

    /// <summary>Connections that were made to it.</summary>
    public int Connections => Volatile.Read(ref _connections);

    /// <summary>The heads of the requests that arrived.</summary>
    public ConcurrentQueue<string> Heads { get; } = [];

    /// <summary>Answers each request by the given steps, and closes the connection after them.</summary>
    public static RawBackend Start(Func<BackendConnection, Task> answer, int port = 0) => new(port, answer);

    /// <summary>Answers each request with these bytes, and closes.</summary>
    public static RawBackend Start(string answer) => Start(connection => connection.SendAsync(answer));

    /// <summary>Takes requests and never says anything.</summary>
    public static RawBackend StartHanging() => Start(static connection => connection.HangAsync());

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        _listener.Stop();
        await _accepting;
        _stopping.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                _ = ServeAsync(await _listener.AcceptSocketAsync(_stopping.Token));
            }
        }
        catch (Exception exception) when (exception is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // The test is over.
        }
    }

    private async Task ServeAsync(Socket socket)
    {
        Interlocked.Increment(ref _connections);
        using (socket)
        {
            try
            {
                var connection = new BackendConnection(socket, _stopping.Token);
                if (await connection.ReadHeadAsync() is { } head)
                {
                    Heads.Enqueue(head);
                    await _answer(connection);
                }
            }
            catch (Exception exception) when (exception is OperationCanceledException or SocketException or ObjectDisposedException)
            {
                // The gateway hung up, or the test is over.
            }
        }
    }
}
