using System.Diagnostics.Metrics;
using Gateway.UsageProcessor.Observability;

namespace Gateway.UsageProcessor.Backlog;

/// <summary>What the database says of everybody's events, so that each processor says the same. Nothing until it was asked once.</summary>
internal sealed class BacklogMetrics
{
    private volatile Backlog? _backlog;

    public BacklogMetrics(IMeterFactory factory)
    {
        var meter = factory.Create(ProcessorMetrics.MeterName);
        meter.CreateObservableGauge(
            "usage_processor.sequences.missing", () => Measure(static backlog => backlog.Missing), "{event}", "Usage events that were minted and are neither stored nor explained, of all sources.");
        meter.CreateObservableGauge(
            "usage_processor.dead_letters.waiting", () => Measure(static backlog => backlog.DeadLetters), "{message}", "Dead letters that nobody has sent again.");
    }

    public void Set(long missing, long deadLetters) => _backlog = new Backlog(missing, deadLetters);

    private Measurement<long>[] Measure(Func<Backlog, long> read) => _backlog is { } backlog ? [new Measurement<long>(read(backlog))] : [];

    private sealed record Backlog(long Missing, long DeadLetters);
}
