namespace Gateway.Keygen.Reconciliation;

/// <summary>An organization's usage of the period, counted in three places.</summary>
internal sealed record OrganizationLine
{
    public required Guid OrganizationId { get; init; }

    public long RawRequests { get; init; }

    public long LedgerRequests { get; init; }

    public long RollupRequests { get; init; }

    public long RawUnits { get; init; }

    public long LedgerUnits { get; init; }

    public long RollupUnits { get; init; }

    /// <summary>Hours in which raw rows and ledger differ, for some key and route, in any figure.</summary>
    public long LedgerHours { get; init; }

    /// <summary>Hours in which ledger and hourly rollup differ.</summary>
    public long RollupHours { get; init; }

    /// <summary>Days in which ledger and daily rollup differ.</summary>
    public long RollupDays { get; init; }

    /// <summary>Months in which ledger and monthly rollup differ.</summary>
    public long RollupMonths { get; init; }

    /// <summary>The first hour in which raw rows and ledger differ.</summary>
    public DateTime? FirstLedgerHour { get; init; }

    /// <summary>The last such hour.</summary>
    public DateTime? LastLedgerHour { get; init; }

    /// <summary>The first hour, or else day or month, in which a rollup differs.</summary>
    public DateTime? FirstRollupHour { get; init; }

    public long Differences => LedgerHours + RollupHours + RollupDays + RollupMonths;
}
