using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Gateway.LoadTests.Tests.Wire;

/// <summary>Answers each request that comes over a connection with what it is told, byte for byte.</summary>
internal sealed class RawServer : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stopping = new();
    private readonly Func<int, RawAnswer> _answerOf;
    private readonly Task _accepting;
    private int _requests;
    private int _connections;

    /// <param name="answerOf">What the request with this number, from 1, is answered with.</param>
    public RawServer(Func<int, RawAnswer> answerOf)
    {
        _answerOf = answerOf;
        _listener.Start();
        _accepting = AcceptAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    public int Requests => Volatile.Read(ref _requests);

    /// <summary>The first line of each request, in the order in which they came.</summary>
    public ConcurrentQueue<string> Lines { get; } = new();

    public int Connections => Volatile.Read(ref _connections);

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        await _accepting.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _listener.Dispose();
        _stopping.Dispose();
    }

    private async Task AcceptAsync()
    {
        while (true)
        {
            var client = await _listener.AcceptTcpClientAsync(_stopping.Token);
            Interlocked.Increment(ref _connections);
            _ = ServeAsync(client);
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        using (client)
        {
            var stream = client.GetStream();
            var buffer = new byte[4096];
            var length = 0;
            while (await stream.ReadAsync(buffer.AsMemory(length), _stopping.Token) is > 0 and var read)
            {
                length += read;
                if (!buffer.AsSpan(0, length).EndsWith("\r\n\r\n"u8))
                {
                    continue;
                }

                Lines.Enqueue(Encoding.ASCII.GetString(buffer, 0, length).Split('\r')[0]);
                length = 0;
                var answer = _answerOf(Interlocked.Increment(ref _requests));
                await Task.Delay(answer.After, _stopping.Token);
                await stream.WriteAsync(Encoding.ASCII.GetBytes(answer.Text), _stopping.Token);
                if (answer.Closes)
                {
                    return;
                }
            }
        }
    }
}
