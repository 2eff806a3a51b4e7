namespace Gateway.Chaos.Faults;

/// <summary>A bit that was flipped in a record of a dead gateway's journal.</summary>
/// <param name="Source">Whose journal.</param>
/// <param name="Sequence">Of the event in the record.</param>
/// <param name="Path">Of its request.</param>
/// <param name="WasOnlyRecord">Whether no other record of the journal has the event: then it is lost, and has to be named as missing.</param>
internal sealed record FlippedBit(string Source, long Sequence, string Path, bool WasOnlyRecord);
