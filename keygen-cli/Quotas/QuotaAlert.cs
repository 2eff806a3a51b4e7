namespace Gateway.Keygen.Quotas;

/// <summary>That a part of a quota was reached.</summary>
internal sealed record QuotaAlert
{
    /// <summary>Percent: 80 or 100.</summary>
    public required int Threshold { get; init; }

    /// <summary>The quota as it was then.</summary>
    public required long QuotaUnits { get; init; }

    /// <summary>What was used by then.</summary>
    public required long UsedUnits { get; init; }

    public required DateTime RaisedAt { get; init; }
}
