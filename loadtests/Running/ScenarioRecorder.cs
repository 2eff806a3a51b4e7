using System.Diagnostics;
using HdrHistogram;

namespace Gateway.LoadTests.Running;

/// <summary>Keeps what came back to one scenario. May be used by many threads at once.</summary>
/// <param name="name">Of the scenario.</param>
/// <param name="started">When the run began, as a timestamp of <see cref="Stopwatch"/>: second 0.</param>
internal sealed class ScenarioRecorder(string name, long started)
{
    // Microseconds, up to an hour: clients give up long before.
    private const long Highest = 3_600_000_000;
    private const int Digits = 3;

    private readonly Lock _gate = new();
    private readonly LongHistogram _latencies = New();
    private readonly LongHistogram _latenciesOfSecond = New();
    private readonly LongHistogram _late = New();
    private readonly SortedDictionary<int, long> _statuses = [];
    private readonly List<IntervalStats> _intervals = [];
    private TimeSpan? _first;
    private TimeSpan _last;
    private long _failed;
    private long _failedInSecond;
    private long _bytes;
    private int _inFlight;
    private int _maximumInFlight;

    /// <summary>A request is being sent now.</summary>
    /// <param name="due">When it was due, from the begin of the run on; null where it was due now.</param>
    /// <returns>The moment from which its latency counts.</returns>
    public TimeSpan Begin(TimeSpan? due)
    {
        lock (_gate)
        {
            var now = Stopwatch.GetElapsedTime(started);
            _first ??= due ?? now;
            _maximumInFlight = Math.Max(_maximumInFlight, ++_inFlight);
            if (due is not null)
            {
                _late.RecordValue(Microseconds(now - due.Value));
            }

            return due ?? now;
        }
    }

    /// <summary>A request has ended now.</summary>
    /// <param name="since">What <see cref="Begin"/> said.</param>
    /// <param name="response">How.</param>
    public void End(TimeSpan since, Response response)
    {
        lock (_gate)
        {
            var now = Stopwatch.GetElapsedTime(started);
            CloseSecondsBefore((int)now.TotalSeconds);
            var latency = Microseconds(now - since);
            _latencies.RecordValue(latency);
            _latenciesOfSecond.RecordValue(latency);
            _statuses[response.Status] = _statuses.GetValueOrDefault(response.Status) + 1;
            _bytes += response.Bytes;
            if (!response.IsOk)
            {
                _failed++;
                _failedInSecond++;
            }

            _inFlight--;
            _last = now;
        }
    }

    public ScenarioStats ToStats()
    {
        lock (_gate)
        {
            CloseSecondsBefore((int)_last.TotalSeconds + 1);
            var seconds = (_last - (_first ?? _last)).TotalSeconds;
            return new ScenarioStats(
                name,
                _latencies.TotalCount,
                _failed,
                seconds > 0 ? Math.Round(_latencies.TotalCount / seconds, 3) : 0,
                _bytes,
                _statuses,
                LatencyStats.Of(_latencies),
                LatencyStats.Of(_late),
                _maximumInFlight,
                _intervals);
        }
    }

    private static LongHistogram New() => new(1, Highest, Digits);

    private static long Microseconds(TimeSpan time) => Math.Clamp((long)time.TotalMicroseconds, 0, Highest);

    // A second without answers is one, too: that is what a stall looks like.
    private void CloseSecondsBefore(int second)
    {
        while (_intervals.Count < second)
        {
            var count = _latenciesOfSecond.TotalCount;
            _intervals.Add(count == 0
                ? new IntervalStats(_intervals.Count, 0, 0, null, null, null)
                : new IntervalStats(
                    _intervals.Count,
                    count,
                    _failedInSecond,
                    LatencyStats.At(_latenciesOfSecond, 50),
                    LatencyStats.At(_latenciesOfSecond, 99),
                    LatencyStats.At(_latenciesOfSecond, 100)));
            _latenciesOfSecond.Reset();
            _failedInSecond = 0;
        }
    }
}
