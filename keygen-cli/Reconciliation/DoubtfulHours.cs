namespace Gateway.Keygen.Reconciliation;

/// <summary>From the first to the last hour in which raw rows and ledger differ.</summary>
/// <param name="From">The first, included.</param>
/// <param name="To">The end, not included.</param>
internal sealed record DoubtfulHours(DateTime From, DateTime To);
