namespace Gateway.UsageProcessor.Continuity;

/// <summary>What Kafka has of a partition.</summary>
/// <param name="Begin">Its first offset; what was before is deleted.</param>
/// <param name="End">The offset that the next message will get.</param>
/// <param name="LastRead">
/// The fingerprint of the message before the one that has to come next; null where there is none (any more).
/// </param>
internal readonly record struct LogObservation(long Begin, long End, long? LastRead);
