using System.Diagnostics.Metrics;
using Gateway.Hosting.Observability;
using Gateway.Observability;

namespace Gateway.Usage.Publishing;

/// <summary>What goes to Kafka, of this gateway's journal and of those that it has adopted.</summary>
internal sealed class PublishingMetrics
{
    private static readonly InstrumentAdvice<int> Sizes = new() { HistogramBucketBoundaries = [1, 2, 5, 10, 25, 50, 75, 100, 250, 500, 1_000, 10_000] };

    private readonly Histogram<int> _batchSize;
    private readonly Histogram<double> _batchDuration;
    private long _delivered;
    private long _damaged;

    public PublishingMetrics(IMeterFactory factory)
    {
        var meter = factory.Create(GatewayMeter.Name);
        _batchSize = meter.CreateHistogram("gateway.publisher.batch.size", "{event}", "Usage events that are sent together.", tags: null, Sizes);
        _batchDuration = meter.CreateHistogram(
            "gateway.publisher.batch.duration", "s", "From sending a batch to its last acknowledgement by Kafka.", tags: null, LatencyBuckets.Advice);
    }

    /// <summary>Events that Kafka has acknowledged.</summary>
    public long Delivered => Interlocked.Read(ref _delivered);

    /// <summary>Places of adopted journals that could not be read.</summary>
    public long Damaged => Interlocked.Read(ref _damaged);

    public void EventDelivered() => Interlocked.Increment(ref _delivered);

    public void BatchDelivered(int events, TimeSpan duration)
    {
        _batchSize.Record(events);
        _batchDuration.Record(duration.TotalSeconds);
    }

    public void JournalDamaged(long places) => Interlocked.Add(ref _damaged, places);
}
