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

    private readonly Counter<long> _stored;
    private readonly Counter<long> _duplicates;
    private readonly Counter<long> _deadLetters;
    private readonly Counter<long> _fenced;
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
        _stored = meter.CreateCounter<long>("usage_processor.events.stored", "{event}", "Events stored for the first time.");
        _duplicates = meter.CreateCounter<long>("usage_processor.events.duplicate", "{event}", "Copies of events that were stored already.");
        _deadLetters = meter.CreateCounter<long>("usage_processor.dead_letters", "{message}", "Messages that are no usage events.");
        _fenced = meter.CreateCounter<long>(
            "usage_processor.batches.fenced", "{batch}", "Batches rolled back because another processor had their partitions.");
        _flushDuration = meter.CreateHistogram<double>("usage_processor.flush.duration", "s", "From a full batch to its commit.");
    }

    /// <summary>A batch is committed.</summary>
    public void BatchStored(long stored, long duplicates, long deadLetters, TimeSpan duration)
    {
        _stored.Add(stored);
        _duplicates.Add(duplicates);
        _deadLetters.Add(deadLetters);
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
