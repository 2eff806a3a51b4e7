namespace Gateway.Keygen.Usage;

/// <summary>What the lines of those who used most are of.</summary>
/// <param name="From">The first hour, included.</param>
/// <param name="To">The end, not included.</param>
/// <param name="By">organization, key or route.</param>
internal sealed record TopSummary(DateTime From, DateTime To, string By);
