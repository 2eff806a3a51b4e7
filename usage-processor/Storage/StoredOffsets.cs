namespace Gateway.UsageProcessor.Storage;

/// <summary>Where partitions go on, as the database has it.</summary>
/// <param name="Partitions">By number.</param>
/// <param name="OverNewConnection">Whether what was known of other partitions before is out of date.</param>
internal sealed record StoredOffsets(IReadOnlyDictionary<int, StoredOffset> Partitions, bool OverNewConnection);
