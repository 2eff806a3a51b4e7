namespace Gateway.Keygen.Usage;

/// <summary>What usage is added up by.</summary>
internal enum UsageGrouping
{
    /// <summary>Hours, days and months are UTC's.</summary>
    Hour,

    Day,

    Month,

    Key,

    Route,

    Organization,
}
