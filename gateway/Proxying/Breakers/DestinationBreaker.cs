using Gateway.Proxying.Backends;
using Polly;
using Polly.CircuitBreaker;

namespace Gateway.Proxying.Breakers;

/// <summary>
/// Remembers whether a destination answers. When hardly any request of the last ten seconds got an answer it opens: no
/// request is sent there for a while, then one tries it, and its result decides. Polly counts and judges; results are
/// reported to it instead of running inside it, so that an answer counts when it begins and not when a download ends.
/// </summary>
internal sealed class DestinationBreaker
{
    /// <summary>
    /// High, because many organizations may share a destination: one whose own requests hang must not be able to have
    /// it closed for all.
    /// </summary>
    private const double FailureRatio = 0.8;

    private const long Closed = 0;

    private static readonly TimeSpan SamplingDuration = TimeSpan.FromSeconds(10);

    private readonly TimeProvider _timeProvider;
    private readonly long _breakTimestamps;
    private readonly ResiliencePipeline<bool> _pipeline;

    /// <summary>When a request may try it, on the clock's timestamps; <see cref="Closed"/> while all may.</summary>
    private long _tryAt = Closed;

    /// <param name="options">How long it stays open, and from how many requests on it judges.</param>
    /// <param name="timeProvider">The clock.</param>
    /// <param name="onOpened">Told each time that it opens, after a trial that failed too.</param>
    /// <param name="onClosed">Told when it closes again.</param>
    public DestinationBreaker(BackendOptions options, TimeProvider timeProvider, Action onOpened, Action onClosed)
    {
        _timeProvider = timeProvider;
        _breakTimestamps = (long)(options.BreakDuration.TotalSeconds * timeProvider.TimestampFrequency);
        _pipeline = new ResiliencePipelineBuilder<bool> { TimeProvider = timeProvider }
            .AddCircuitBreaker(new CircuitBreakerStrategyOptions<bool>
            {
                FailureRatio = FailureRatio,
                SamplingDuration = SamplingDuration,
                MinimumThroughput = options.BreakMinimum,
                BreakDuration = options.BreakDuration,
                ShouldHandle = static arguments => ValueTask.FromResult(!arguments.Outcome.Result),
                OnOpened = _ =>
                {
                    Volatile.Write(ref _tryAt, _timeProvider.GetTimestamp() + _breakTimestamps);
                    onOpened();
                    return default;
                },
                OnClosed = _ =>
                {
                    Volatile.Write(ref _tryAt, Closed);
                    onClosed();
                    return default;
                },
            })
            .Build();
    }

    /// <summary>Whether a request has to go elsewhere.</summary>
    public bool IsOpen => Volatile.Read(ref _tryAt) is var tryAt && tryAt != Closed && _timeProvider.GetTimestamp() < tryAt;

    /// <summary>Whether a request may be sent. Of those that come after the break one is the trial; the others have to go elsewhere.</summary>
    public bool Admits(out bool isTrial)
    {
        var tryAt = Volatile.Read(ref _tryAt);
        if (tryAt == Closed)
        {
            isTrial = false;
            return true;
        }

        // A trial that never ends, as a client's that went away, is followed by another one.
        var now = _timeProvider.GetTimestamp();
        isTrial = now >= tryAt && Interlocked.CompareExchange(ref _tryAt, now + _breakTimestamps, tryAt) == tryAt;
        return isTrial;
    }

    /// <summary>Whether the destination answered. While it is open only the trial has a say, not those that were sent before.</summary>
    public ValueTask ReportAsync(bool answered, bool isTrial) =>
        isTrial || Volatile.Read(ref _tryAt) == Closed ? ReportAsync(answered) : default;

    private async ValueTask ReportAsync(bool answered)
    {
        var context = ResilienceContextPool.Shared.Get();
        await _pipeline.ExecuteOutcomeAsync(static (_, result) => Outcome.FromResultAsValueTask(result), context, answered);
        ResilienceContextPool.Shared.Return(context);
    }
}
