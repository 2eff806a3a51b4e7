using System.Diagnostics;

namespace Gateway.LoadTests.Running;

/// <summary>
/// Sends one scenario's requests. In an open model a request's latency counts from the moment it was due, not from when it
/// was sent: a server that stalls is charged for everything that piled up meanwhile (no coordinated omission). None is left
/// out: what the generator sends late is sent all the same, and it says how late.
/// </summary>
/// <param name="scenario">What is sent.</param>
/// <param name="started">The begin of the run, as a timestamp of <see cref="Stopwatch"/>.</param>
/// <param name="cancellationToken">Ends it early, with what there is.</param>
internal sealed class ScenarioRun(Scenario scenario, long started, CancellationToken cancellationToken)
{
    private readonly ScenarioRecorder _recorder = new(scenario.Name, started);
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long _number = -1;

    // The requests under way, and one for whoever sends them.
    private int _pending = 1;

    /// <summary>Ends when the last request has.</summary>
    public async Task<ScenarioStats> RunAsync()
    {
        // A thread of its own: it sleeps most of the time, and is not behind others in a queue when the next request is due.
        new Thread(Send) { IsBackground = true, Name = scenario.Name }.Start();
        await _ended.Task;
        return _recorder.ToStats();
    }

    private static double PerSecond(double rate, TimeSpan interval) => rate / interval.TotalSeconds;

    private void Send()
    {
        var (begin, perSecond) = (TimeSpan.Zero, 0.0);
        foreach (var simulation in scenario.Simulations)
        {
            switch (simulation)
            {
                case LoadSimulation.Inject inject:
                    perSecond = PerSecond(inject.Rate, inject.Interval);
                    Inject(begin, DueTimes.Of(perSecond, perSecond, inject.During));
                    break;
                case LoadSimulation.RampingInject ramp:
                    var before = perSecond;
                    perSecond = PerSecond(ramp.Rate, ramp.Interval);
                    Inject(begin, DueTimes.Of(before, perSecond, ramp.During));
                    break;
                case LoadSimulation.KeepConstant keep:
                    KeepConstant(keep.Copies, begin + keep.During);
                    break;
            }

            begin += simulation.During;
            MonotonicClock.SleepUntil(Timestamp(begin), cancellationToken);
        }

        Finish();
    }

    private void Inject(TimeSpan begin, IEnumerable<TimeSpan> dueTimes)
    {
        foreach (var due in dueTimes)
        {
            MonotonicClock.SleepUntil(Timestamp(begin + due), cancellationToken);
            if (cancellationToken.IsCancellationRequested)
            {
                return;
            }

            Start(SendAsync(begin + due));
        }
    }

    private void KeepConstant(int copies, TimeSpan end)
    {
        for (var copy = 0; copy < copies; copy++)
        {
            Start(RepeatAsync(end));
        }
    }

    private async Task RepeatAsync(TimeSpan end)
    {
        while (Stopwatch.GetElapsedTime(started) < end && !cancellationToken.IsCancellationRequested)
        {
            await SendAsync(due: null);
        }
    }

    private async Task SendAsync(TimeSpan? due)
    {
        var since = _recorder.Begin(due);
        _recorder.End(since, await scenario.SendAsync(Interlocked.Increment(ref _number), cancellationToken));
    }

    private void Start(Task sending)
    {
        Interlocked.Increment(ref _pending);
        _ = FinishAsync(sending);
    }

    private async Task FinishAsync(Task sending)
    {
        try
        {
            await sending;
        }
        catch (Exception exception)
        {
            _ended.TrySetException(exception);
        }

        Finish();
    }

    private void Finish()
    {
        if (Interlocked.Decrement(ref _pending) == 0)
        {
            _ended.TrySetResult();
        }
    }

    private long Timestamp(TimeSpan sinceStart) => started + (long)(sinceStart.TotalSeconds * Stopwatch.Frequency);
}
