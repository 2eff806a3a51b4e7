namespace Gateway.UsageProcessor.Storage;

/// <summary>Where partitions go on, as the database has it.</summary>
/// <param name="NextOffsets">By partition; 0 for one that was never stored.</param>
/// <param name="OverNewConnection">Whether what was known of other partitions before is out of date.</param>
internal sealed record StoredOffsets(IReadOnlyDictionary<int, long> NextOffsets, bool OverNewConnection);
