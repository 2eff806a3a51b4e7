namespace Gateway.UsageProcessor.Backlog;

/// <summary>What the database has counted of a source of which something is not there.</summary>
/// <param name="Source">Which one.</param>
/// <param name="Minted">The highest sequence that is known of it.</param>
/// <param name="Absent">Sequences that are not stored and that no dead letter, no heartbeat and no end of the source explains.</param>
internal readonly record struct SourceCount(string Source, long Minted, long Absent);
