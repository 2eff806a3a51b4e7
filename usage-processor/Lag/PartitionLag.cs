namespace Gateway.UsageProcessor.Lag;

/// <summary>How far a partition is behind.</summary>
/// <param name="Partition">Which one.</param>
/// <param name="Messages">Messages that are not stored, as far as Kafka has said.</param>
/// <param name="OldestMilliseconds">When the oldest of them was sent, in milliseconds since 1970; null where there is none.</param>
internal sealed record PartitionLag(int Partition, long Messages, long? OldestMilliseconds)
{
    /// <summary>What it is called in metrics.</summary>
    public KeyValuePair<string, object?> Tag { get; } = new("partition", Partition);
}
