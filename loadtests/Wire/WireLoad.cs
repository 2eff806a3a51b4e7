using System.Diagnostics;
using HdrHistogram;

namespace Gateway.LoadTests.Wire;

/// <summary>
/// Sends one request, or several in turn, over and over on a fixed number of connections, from one thread. A latency counts from the moment a
/// request was due, not from when it was sent: a server that stalls is charged for everything that piled up meanwhile (no
/// coordinated omission). Connections stay open from one run to the next.
/// </summary>
internal sealed class WireLoad : IDisposable
{
    private const int HighestStatus = 999;
    private const long LongestNanoseconds = 60_000_000_000;
    private const int Digits = 3;

    private static readonly long Patience = 30 * Stopwatch.Frequency;
    private static readonly long Glance = Stopwatch.Frequency / 10;
    private static readonly double NanosecondsPerTick = 1e9 / Stopwatch.Frequency;

    private readonly Readable _readable = new();
    private readonly IReadOnlyList<WireRequest> _requests;
    private readonly WireConnection[] _connections;
    private readonly Queue<int> _idle;
    private WirePace _pace;
    private long[] _statuses = [];
    private LongHistogram _latencies = null!;
    private LongHistogram _lateness = null!;
    private long _errors;
    private long _sent;
    private long _started;
    private long _end;

    private WireLoad(IReadOnlyList<WireRequest> requests, int connections)
    {
        _requests = requests;
        _connections = [.. Enumerable.Range(0, connections).Select(_ => new WireConnection(requests[0].Server))];
        _idle = new Queue<int>(connections);
    }

    /// <exception cref="LoadTestException">Nobody listens there.</exception>
    public static WireLoad Connect(WireRequest request, int connections) => Connect([request], connections);

    /// <param name="requests">What is sent in turn, all of it to one server.</param>
    /// <param name="connections">How many.</param>
    /// <exception cref="LoadTestException">Nobody listens there.</exception>
    public static WireLoad Connect(IReadOnlyList<WireRequest> requests, int connections)
    {
        var load = new WireLoad(requests, connections);
        try
        {
            for (var number = 0; number < connections; number++)
            {
                load.Connect(number);
            }

            return load;
        }
        catch
        {
            load.Dispose();
            throw;
        }
    }

    /// <summary>Sends until the time is over, and waits for the answers.</summary>
    /// <exception cref="LoadTestException">The server takes no connections any more.</exception>
    /// <exception cref="OperationCanceledException">It was told to stop.</exception>
    public Task<WireResult> RunAsync(WirePace pace, CancellationToken cancellationToken)
    {
        // A thread of its own: its CPU time is the generator's, and the pool's threads stay free.
        var result = new TaskCompletionSource<WireResult>(TaskCreationOptions.RunContinuationsAsynchronously);
        new Thread(() =>
        {
            try
            {
                result.SetResult(Run(pace, cancellationToken));
            }
            catch (Exception exception)
            {
                result.SetException(exception);
            }
        })
        {
            IsBackground = true,
            Name = "load",
        }.Start();
        return result.Task;
    }

    public void Dispose()
    {
        foreach (var connection in _connections)
        {
            connection.Dispose();
        }

        _readable.Dispose();
    }

    private WireResult Run(WirePace pace, CancellationToken cancellationToken)
    {
        if (pace.Rate is not null)
        {
            Readable.WakeExactly();
            Readable.GoFirst();
        }

        (_pace, _statuses, _errors, _sent) = (pace, new long[HighestStatus + 1], 0, 0);
        _latencies = new LongHistogram(LongestNanoseconds, Digits);
        _lateness = new LongHistogram(LongestNanoseconds, Digits);
        ForgetClosed();
        var cpu = ThreadTime.Read();
        _started = Stopwatch.GetTimestamp();
        _end = _started + (long)(pace.During.TotalSeconds * Stopwatch.Frequency);
        long now;
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            now = Stopwatch.GetTimestamp();
            SendDue(now);
            var isOver = _sent == pace.Count || now >= _end;
            if (isOver && (_idle.Count == _connections.Length || now > _end + Patience))
            {
                break;
            }

            ReceiveAll(_readable.Wait(isOver ? Glance : WaitFor(now)));
        }

        GiveUp();
        return new WireResult(_statuses, _errors, Stopwatch.GetElapsedTime(_started, now), _latencies, _lateness, ThreadTime.Read() - cpu);
    }

    // What is due and finds no idle connection stays due; its latency counts on.
    private void SendDue(long now)
    {
        while (_idle.Count > 0 && _sent < _pace.Count)
        {
            var due = _pace.Rate is null ? now : _started + _pace.DueAfter(_sent);
            if (due > now || (_pace.Rate is null && now >= _end))
            {
                return;
            }

            var request = _requests[(int)(_sent % _requests.Count)];
            _sent++;
            var number = _idle.Dequeue();
            Add(_lateness, Stopwatch.GetTimestamp() - Math.Max(due, _connections[number].IdleSince));
            if (!_connections[number].TrySend(request.Bytes, due))
            {
                _errors++;
                Connect(number);
                return;
            }
        }
    }

    private long WaitFor(long now) => _idle.Count == 0 || _pace.Rate is null
        ? Glance
        : Math.Clamp(_started + _pace.DueAfter(_sent) - now, 0, Glance);

    private void ReceiveAll(int count)
    {
        for (var index = 0; index < count; index++)
        {
            var number = _readable.Number(index);
            switch (_connections[number].Receive())
            {
                case WireProgress.Answered:
                    Record(_connections[number]);
                    _idle.Enqueue(number);
                    break;
                case WireProgress.AnsweredAndClosed:
                    Record(_connections[number]);
                    Connect(number);
                    break;
                case WireProgress.Failed:
                    _errors++;
                    Connect(number);
                    break;
                case WireProgress.Closed:
                    Reconnect(number);
                    break;
            }
        }
    }

    private void Record(WireConnection connection)
    {
        _statuses[connection.Status]++;
        Add(_latencies, connection.IdleSince - connection.DueAt);
    }

    private static void Add(LongHistogram histogram, long ticks) =>
        histogram.RecordValue(Math.Min((long)(ticks * NanosecondsPerTick), LongestNanoseconds));

    // A connection that was closed since the last run is no failure of this one.
    private void ForgetClosed()
    {
        while (_readable.Wait(ticks: 0) is > 0 and var count)
        {
            ReceiveAll(count);
        }
    }

    private void GiveUp()
    {
        if (_pace.Rate is not null)
        {
            _errors += _pace.Count - _sent;
        }

        for (var number = 0; number < _connections.Length; number++)
        {
            if (_connections[number].IsBusy)
            {
                _errors++;
                Connect(number);
            }
        }
    }

    private void Connect(int number)
    {
        Reconnect(number);
        _idle.Enqueue(number);
    }

    private void Reconnect(int number)
    {
        _connections[number].Connect();
        _readable.Watch(_connections[number].Descriptor, number);
    }
}
