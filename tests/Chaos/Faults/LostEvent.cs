namespace Gateway.Chaos.Faults;

/// <summary>An event that waited for Kafka in a journal that was deleted.</summary>
/// <param name="Source">Whose journal.</param>
/// <param name="Sequence">Of the event.</param>
/// <param name="Path">Of its request.</param>
internal sealed record LostEvent(string Source, long Sequence, string Path);
