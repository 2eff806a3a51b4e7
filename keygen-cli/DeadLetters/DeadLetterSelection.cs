namespace Gateway.Keygen.DeadLetters;

/// <summary>Which dead letters are meant. All conditions hold together; null is none.</summary>
/// <param name="From">Recorded then or later.</param>
/// <param name="To">Recorded before.</param>
/// <param name="Reason">A part of the reason, in whatever capitals.</param>
/// <param name="IncludeReplayed">Whether those are meant too that were stored after all.</param>
/// <param name="Limit">The first so many.</param>
internal sealed record DeadLetterSelection(DateTimeOffset? From, DateTimeOffset? To, string? Reason, bool IncludeReplayed, long? Limit);
