using System.Diagnostics.Metrics;
using Gateway.Hosting.Observability;
using Gateway.Observability;
using Gateway.Usage.Journal;
using Gateway.Usage.Publishing;

namespace Gateway.Usage;

/// <summary>
/// How far usage events have got, and what waits in the journal. All of it is counted by those who do the work, and read here
/// when somebody asks: requests pay nothing for it.
/// </summary>
internal sealed class UsageMetrics : IObservedMetrics
{
    private static readonly KeyValuePair<string, object?> Minted = new("stage", "minted");
    private static readonly KeyValuePair<string, object?> Journaled = new("stage", "journaled");
    private static readonly KeyValuePair<string, object?> Delivered = new("stage", "delivered");
    private static readonly KeyValuePair<string, object?> Unmetered = new("stage", "unmetered");
    private static readonly KeyValuePair<string, object?> Damaged = new("stage", "damaged");

    private readonly UsageMeter _minter;
    private readonly UsageJournal _journal;
    private readonly UnmeteredRequests _unmetered;
    private readonly PublishingMetrics _publishing;
    private readonly UsagePublisher _publisher;

    public UsageMetrics(
        IMeterFactory factory,
        UsageMeter minter,
        UsageJournal journal,
        JournalDirectory directory,
        JournalOptions options,
        UnmeteredRequests unmetered,
        PublishingMetrics publishing,
        UsagePublisher publisher)
    {
        _minter = minter;
        _journal = journal;
        _unmetered = unmetered;
        _publishing = publishing;
        _publisher = publisher;
        var meter = factory.Create(GatewayMeter.Name);
        meter.CreateObservableCounter("gateway.events", Events, "{event}", "Usage events by how far they have got.");
        meter.CreateObservableGauge("gateway.journal.size", directory.Bytes, "By", "What all journals of the directory take up on disk.");
        meter.CreateObservableGauge("gateway.journal.capacity", () => options.MaximumBytes, "By", "What they may take up: Usage:JournalMaximumBytes.");
        meter.CreateObservableGauge("gateway.journal.waiting", Waiting, "{event}", "Usage events of this gateway that Kafka has not acknowledged.");
        meter.CreateObservableGauge(
            "gateway.journal.oldest.age", () => _journal.OldestAge.TotalSeconds, "s", "How long the oldest of them has been waiting; 0 where none is.");
    }

    /// <summary>The later stages first: what gets further meanwhile must not look as if it had come from nowhere.</summary>
    private Measurement<long>[] Events() =>
    [
        new(_publishing.Delivered, Delivered),
        new(_publishing.Damaged + _journal.Reader.Damages, Damaged),
        new(_journal.Events, Journaled),
        new(_unmetered.Total, Unmetered),
        new(_minter.LastSequence, Minted),
    ];

    private long Waiting() => Math.Max(0, _journal.Events - _publisher.Delivered - _journal.Reader.Damages);
}
