using System.Net;
using Gateway.LocalStack.Servers;

namespace Gateway.LoadTests.Tests.Running;

/// <summary>An HTTP server that answers 200 at once, but for a stretch in which it answers nobody.</summary>
internal sealed class StallingServer : IDisposable
{
    private readonly HttpListener _listener = new();
    private readonly int _stallsAt;
    private readonly TimeSpan _stall;
    private Task _open = Task.CompletedTask;
    private int _received;

    /// <param name="stallsAt">The request with which the stretch begins, from 1 on; 0 for never.</param>
    /// <param name="stall">How long it is.</param>
    public StallingServer(int stallsAt, TimeSpan stall)
    {
        _stallsAt = stallsAt;
        _stall = stall;
        Url = new Uri($"http://127.0.0.1:{FreePort.Next()}/");
        _listener.Prefixes.Add($"{Url}");
        _listener.Start();
        _ = AcceptAsync();
    }

    public Uri Url { get; }

    public int Received => Volatile.Read(ref _received);

    public void Dispose() => _listener.Close();

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                var context = await _listener.GetContextAsync();
                if (Interlocked.Increment(ref _received) == _stallsAt)
                {
                    _open = Task.Delay(_stall);
                }

                _ = AnswerAsync(context, _open);
            }
        }
        catch (Exception exception) when (exception is HttpListenerException or ObjectDisposedException)
        {
            // Closed.
        }
    }

    private static async Task AnswerAsync(HttpListenerContext context, Task open)
    {
        await open;
        context.Response.Close();
    }
}
