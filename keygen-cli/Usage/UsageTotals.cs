namespace Gateway.Keygen.Usage;

/// <summary>What the ledger adds up for a period.</summary>
internal sealed record UsageTotals
{
    public required long Requests { get; init; }

    public required long BillableRequests { get; init; }

    public required long BillableUnits { get; init; }

    public required long RequestBytes { get; init; }

    public required long ResponseBytes { get; init; }
}
