namespace Gateway.UsageProcessor.Sources;

/// <summary>What the database took of one source's events.</summary>
/// <param name="Rows">Events that were new.</param>
/// <param name="SequenceSum">What their sequences add up to.</param>
internal readonly record struct StoredOfSource(long Rows, decimal SequenceSum);
