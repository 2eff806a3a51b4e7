using System.Diagnostics.Metrics;
using Gateway.Hosting.Observability;

namespace Gateway.UsageProcessor.Observability;

/// <summary>What was stored: as metrics, and as a line in the log every so often.</summary>
internal sealed class ProcessorMetrics
{
    /// <summary>The meter's name.</summary>
    public const string MeterName = "Gateway.UsageProcessor";

    /// <summary>How all of the processor's metrics are called.</summary>
    public static readonly MetricNames Names = new(MeterName, "usage_processor");

    private static readonly TimeSpan SummaryInterval = TimeSpan.FromSeconds(30);

    private static readonly InstrumentAdvice<long> Sizes = new() { HistogramBucketBoundaries = [0, 1, 10, 50, 100, 500, 1_000, 2_500, 5_000, 10_000] };

    private static readonly KeyValuePair<string, object?> Received = new("stage", "received");
    private static readonly KeyValuePair<string, object?> Stored = new("stage", "stored");
    private static readonly KeyValuePair<string, object?> Duplicate = new("stage", "duplicate");
    private static readonly KeyValuePair<string, object?> Dead = new("stage", "dead");

    private readonly Counter<long> _events;
    private readonly Counter<long> _fenced;
    private readonly Histogram<long> _batchSize;
    private readonly Histogram<double> _flushDuration;
    private readonly TimeProvider _timeProvider;
    private readonly ILogger<ProcessorMetrics> _logger;
    private Summary _summary;

    public ProcessorMetrics(IMeterFactory meterFactory, TimeProvider timeProvider, ILogger<ProcessorMetrics> logger)
    {
        _timeProvider = timeProvider;
        _logger = logger;
        _summary = new Summary(timeProvider.GetTimestamp());
        var meter = meterFactory.Create(MeterName);
        _events = meter.CreateCounter<long>("usage_processor.events", "{event}", "Usage events by what became of them; heartbeats are none.");
        _batchSize = meter.CreateHistogram("usage_processor.batch.size", "{event}", "Usage events of one transaction.", tags: null, Sizes);
        _fenced = meter.CreateCounter<long>(
            "usage_processor.batches.fenced", "{batch}", "Batches rolled back because another processor had their partitions.");
        _flushDuration = meter.CreateHistogram(
            "usage_processor.flush.duration", "s", "From a batch's turn to its commit.", tags: null, LatencyBuckets.Advice);
    }

    /// <summary>An event came from Kafka; again, where a batch was rolled back.</summary>
    public void EventReceived() => _events.Add(1, Received);

    /// <summary>A batch is committed.</summary>
    public void BatchStored(long stored, long duplicates, long deadLetters, TimeSpan duration)
    {
        _events.Add(stored, Stored);
        _events.Add(duplicates, Duplicate);
        _events.Add(deadLetters, Dead);
        _batchSize.Record(stored + duplicates + deadLetters);
        _flushDuration.Record(duration.TotalSeconds);
        _logger.BatchStored(stored, duplicates, deadLetters, duration.TotalMilliseconds);
        _summary.Batches++;
        _summary.Stored += stored;
        _summary.Duplicates += duplicates;
        _summary.DeadLetters += deadLetters;
        var elapsed = _timeProvider.GetElapsedTime(_summary.Since);
        if (elapsed >= SummaryInterval)
        {
            Summarize(elapsed);
        }
    }

    /// <summary>A batch is rolled back.</summary>
    public void BatchFenced() => _fenced.Add(1);

    /// <summary>Says what was stored since it was last said.</summary>
    public void Summarize() => Summarize(_timeProvider.GetElapsedTime(_summary.Since));

    private void Summarize(TimeSpan elapsed)
    {
        if (_summary.Batches > 0)
        {
            _logger.StoredLately(_summary.Stored, _summary.Duplicates, _summary.DeadLetters, _summary.Batches, elapsed.TotalSeconds);
        }

        _summary = new Summary(_timeProvider.GetTimestamp());
    }

    private sealed class Summary(long since)
    {
        public long Since { get; } = since;

        public long Batches { get; set; }

        public long Stored { get; set; }

        public long Duplicates { get; set; }

        public long DeadLetters { get; set; }
    }
}
