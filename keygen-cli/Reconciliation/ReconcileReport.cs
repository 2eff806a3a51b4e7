namespace Gateway.Keygen.Reconciliation;

/// <summary>Whether everything that was minted is accounted for.</summary>
internal sealed record ReconcileReport
{
    public required DateTime From { get; init; }

    public required DateTime To { get; init; }

    /// <summary>Where the comparison of totals begins: raw rows before it have been dropped.</summary>
    public required DateTime ComparedFrom { get; init; }

    public required double GraceSeconds { get; init; }

    /// <summary>
    /// Events that are missing or doubled, hours, days and months whose totals differ, and sources whose last word is missing, unless
    /// those are accepted; 0 is what an auditor wants to see.
    /// </summary>
    public long Unexplained => Missing + Doubled + Differences + (AcceptsSilent ? 0 : Silent);

    public long Missing => Sources.Sum(static source => source.Missing);

    public long Doubled => Sources.Sum(static source => source.Doubled);

    public long Differences => Organizations.Sum(static organization => organization.Differences);

    /// <summary>Sources that fell silent without having ended: what they minted last, nobody knows.</summary>
    public long Silent => Sources.Count(static source => source.State == SourceState.Silent);

    /// <summary>Whether somebody has looked into these, and takes them as they are.</summary>
    public bool AcceptsSilent { get; init; }

    public required IReadOnlyList<SourceLine> Sources { get; init; }

    public required IReadOnlyList<OrganizationLine> Organizations { get; init; }
}
