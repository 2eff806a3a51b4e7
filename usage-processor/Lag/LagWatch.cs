using Gateway.UsageProcessor.Consuming;

namespace Gateway.UsageProcessor.Lag;

/// <summary>Looks every second how far the partitions are behind. Asks nobody: it is known from what was fetched and what was stored.</summary>
/// <param name="assignment">The partitions.</param>
/// <param name="pipeline">What was read and is not stored.</param>
/// <param name="metrics">Told what it finds.</param>
/// <param name="timeProvider">For ages and waiting.</param>
/// <param name="end">Where a partition's log ends, as Kafka said last; null where it has not yet.</param>
internal sealed class LagWatch(
    Assignment assignment, BatchPipeline pipeline, LagMetrics metrics, TimeProvider timeProvider, Func<int, long?> end)
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    private long? _lookedAt;

    /// <summary>To be called by the consuming thread, as often as it likes.</summary>
    public void Turn()
    {
        if (_lookedAt is { } lookedAt && timeProvider.GetElapsedTime(lookedAt) < Interval)
        {
            return;
        }

        _lookedAt = timeProvider.GetTimestamp();
        var oldest = pipeline.OldestTimestamps();
        metrics.Set([.. assignment.Partitions.Select(partition => Look(partition, oldest)).OfType<PartitionLag>()]);
    }

    /// <summary>Null until the database has said where the partition goes on.</summary>
    private PartitionLag? Look(AssignedPartition partition, Dictionary<int, long> oldest)
    {
        var before = metrics.Partitions.FirstOrDefault(lag => lag.Partition == partition.Number);
        if (partition.StoredOffset is not { } stored)
        {
            // It is about to be read again, and what waited goes on waiting.
            return before;
        }

        var messages = Math.Max(Math.Max(end(partition.Number) ?? 0, partition.NextOffset) - stored, 0);
        if (messages == 0)
        {
            return new PartitionLag(partition.Number, 0, OldestMilliseconds: null);
        }

        // What is not read yet has no time. It is no older than what was before it, and no younger than now.
        return new PartitionLag(
            partition.Number,
            messages,
            oldest.TryGetValue(partition.Number, out var read) ? read : before?.OldestMilliseconds ?? timeProvider.GetUtcNow().ToUnixTimeMilliseconds());
    }
}
