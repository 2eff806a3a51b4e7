using System.Diagnostics.Metrics;
using Gateway.UsageProcessor.Observability;

namespace Gateway.UsageProcessor.Lag;

/// <summary>How far this processor's partitions are behind. Ages grow by the clock, also where the consuming thread is stuck.</summary>
internal sealed class LagMetrics
{
    private readonly TimeProvider _timeProvider;
    private volatile PartitionLag[] _partitions = [];

    public LagMetrics(IMeterFactory factory, TimeProvider timeProvider)
    {
        _timeProvider = timeProvider;
        var meter = factory.Create(ProcessorMetrics.MeterName);
        meter.CreateObservableGauge("usage_processor.lag", Ages, "s", "Age of the oldest message that is not stored, by partition; 0 where there is none.");
        meter.CreateObservableGauge("usage_processor.lag.messages", Messages, "{message}", "Messages that are not stored, by partition.");
    }

    /// <summary>The partitions that this processor has now.</summary>
    public IReadOnlyList<PartitionLag> Partitions => _partitions;

    public void Set(PartitionLag[] partitions) => _partitions = partitions;

    private Measurement<double>[] Ages()
    {
        var now = _timeProvider.GetUtcNow().ToUnixTimeMilliseconds();
        return Array.ConvertAll(
            _partitions, lag => new Measurement<double>(lag.OldestMilliseconds is { } oldest ? Math.Max(0, now - oldest) / 1000.0 : 0, lag.Tag));
    }

    private Measurement<long>[] Messages() => Array.ConvertAll(_partitions, static lag => new Measurement<long>(lag.Messages, lag.Tag));
}
