namespace Gateway.Keygen.Quotas;

/// <summary>What was used of a calendar month.</summary>
internal sealed record QuotaMonth
{
    /// <summary>Midnight of the quota's time zone, in UTC.</summary>
    public required DateTime Start { get; init; }

    /// <summary>The next month's start, when all units are there again.</summary>
    public required DateTime End { get; init; }

    /// <summary>
    /// What the ledger has of it, which is what is billed: some seconds behind the gateways, and by whole hours, the one in
    /// which the month begins included.
    /// </summary>
    public required long UsedUnits { get; init; }

    /// <summary>Of this month, the first at the top.</summary>
    public required IReadOnlyList<QuotaAlert> Alerts { get; init; }
}
