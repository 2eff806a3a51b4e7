using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net.Sockets;

namespace Gateway.Chaos.Load;

/// <summary>
/// Sends requests at a steady rate, however the answers come, to the gateways in turn, and remembers all of them. None is
/// ever sent a second time.
/// </summary>
internal sealed class LoadClient(int seed, int requestsPerSecond, IReadOnlyList<int> ports, IReadOnlyList<string> keys)
{
    private const int MostUnderWay = 300;

    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly List<SentRequest> _requests = [];
    private readonly ConcurrentBag<ClientConnection>[] _connections = [.. ports.Select(_ => new ConcurrentBag<ClientConnection>())];
    private int _underWay;

    /// <summary>All that were sent; to be read when <see cref="RunAsync"/> is done.</summary>
    public IReadOnlyList<SentRequest> Requests => _requests;

    /// <summary>Requests that were not sent because too many waited for an answer already.</summary>
    public int Skipped { get; private set; }

    /// <summary>Until it is cancelled; returns when every answer has come or is given up.</summary>
    public async Task RunAsync(CancellationToken until)
    {
        var started = Stopwatch.GetTimestamp();
        var running = new List<Task>();
        using var timer = new PeriodicTimer(Tick);
        var number = 0;
        while (!until.IsCancellationRequested)
        {
            for (var due = (int)(Stopwatch.GetElapsedTime(started).TotalSeconds * requestsPerSecond); number < due; number++)
            {
                if (Volatile.Read(ref _underWay) >= MostUnderWay)
                {
                    Skipped++;
                    continue;
                }

                var request = new SentRequest(PlannedRequest.Create(seed, number), number % ports.Count, TimeProvider.System.GetUtcNow());
                _requests.Add(request);
                Interlocked.Increment(ref _underWay);
                running.Add(SendAsync(request));
            }

            running.RemoveAll(static task => task.IsCompletedSuccessfully);
            await timer.WaitForNextTickAsync(CancellationToken.None);
        }

        await Task.WhenAll(running);
        foreach (var connection in _connections.SelectMany(static connections => connections))
        {
            connection.Dispose();
        }
    }

    private async Task SendAsync(SentRequest request)
    {
        // Off the thread that counts the time.
        await Task.Yield();
        using var patience = new CancellationTokenSource(request.Plan.AbortsAfter ?? Patience);
        ClientConnection? connection = null;
        try
        {
            connection = _connections[request.Gateway].TryTake(out var kept)
                ? kept
                : await ClientConnection.ConnectAsync(ports[request.Gateway], patience.Token);
            await connection.ExchangeAsync(request, keys[request.Plan.Customer], patience.Token);
            if (connection.CanBeUsedAgain)
            {
                _connections[request.Gateway].Add(connection);
                connection = null;
            }
        }
        catch (Exception exception) when (exception is SocketException or IOException or OperationCanceledException)
        {
            // What came until then is written down.
        }
        finally
        {
            connection?.Dispose();
            Interlocked.Decrement(ref _underWay);
        }
    }
}
