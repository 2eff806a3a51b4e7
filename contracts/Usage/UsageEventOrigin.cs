namespace Gateway.Contracts.Usage;

/// <summary>
/// Which event of which source a message is, read from what may be no valid event otherwise: a sequence that was refused
/// is not lost.
/// </summary>
/// <param name="Source">As in <see cref="UsageEvent.Source"/>.</param>
/// <param name="Sequence">As in <see cref="UsageEvent.Sequence"/>.</param>
public readonly record struct UsageEventOrigin(string Source, long Sequence)
{
    /// <summary>The origin, or <c>null</c> where either part cannot be read.</summary>
    public static UsageEventOrigin? TryRead(ReadOnlySpan<byte> utf8Json) =>
        MessageText.TryRead(utf8Json, "source"u8, out var source)
        && UsageEventJson.IsText(source, UsageEventJson.MaximumSourceLength)
        && MessageText.TryRead(utf8Json, "sequence"u8, out var text)
        && UsageEventJson.TryParseSequence(text, out var sequence)
            ? new UsageEventOrigin(source, sequence)
            : null;
}
