namespace Gateway.Chaos.Checking;

/// <summary>What <c>keygen reconcile</c> says of a start of a gateway.</summary>
/// <param name="Source">Which.</param>
/// <param name="State">Whether it has ended, as far as is known.</param>
/// <param name="Minted">How far its sequence is known to have got.</param>
/// <param name="Missing">Sequences that should be there.</param>
/// <param name="Excused">Sequences that may still come, or belong to no event.</param>
/// <param name="Ranges">The first few of those that are missing.</param>
/// <param name="NamesAll">Whether these are all.</param>
internal sealed record SourceAccount(
    string Source, string State, long Minted, long Missing, long Excused, IReadOnlyList<(long First, long Last)> Ranges, bool NamesAll)
{
    /// <summary>It has never said that it ended, and reconcile says so.</summary>
    public const string Silent = "silent";
}
