using HdrHistogram;

namespace Gateway.LoadTests.Wire;

/// <summary>What came back.</summary>
/// <param name="Statuses">How many answers had a status; its index is the status.</param>
/// <param name="Errors">Requests without a complete answer.</param>
/// <param name="Elapsed">From the start until the last answer was there.</param>
/// <param name="Latencies">Of each answer, in nanoseconds from when its request was due.</param>
/// <param name="Lateness">
/// Of each request, in nanoseconds: how long it was due and had an idle connection before it was sent. It is in the latencies,
/// and not the server's.
/// </param>
/// <param name="GeneratorTime">CPU that making the load took.</param>
internal sealed record WireResult(
    long[] Statuses, long Errors, TimeSpan Elapsed, LongHistogram Latencies, LongHistogram Lateness, TimeSpan GeneratorTime)
{
    private const int Ok = 200;
    private const double NanosecondsPerMillisecond = 1_000_000;

    public long Requests => Statuses.Sum() + Errors;

    public double RequestsPerSecond => Requests / Elapsed.TotalSeconds;

    public bool AreAllOk => Requests > 0 && NotOk == 0;

    /// <summary>Answers that were not 200, and requests without one.</summary>
    public long NotOk => Requests - Statuses[Ok];

    /// <summary>How often each status was the answer, and how often there was none.</summary>
    public string Answers => string.Join(
        ", ",
        Statuses.Index().Where(static status => status.Item > 0).Select(static status => $"{status.Index}: {status.Item}")
            .Concat(Errors == 0 ? [] : [$"none: {Errors}"]));

    /// <summary>The latency, in milliseconds, that so many per cent did not exceed.</summary>
    public double Percentile(double percent) => Latencies.GetValueAtPercentile(percent) / NanosecondsPerMillisecond;

    /// <summary>The same of <see cref="Lateness"/>.</summary>
    public double LatePercentile(double percent) => Lateness.GetValueAtPercentile(percent) / NanosecondsPerMillisecond;
}
