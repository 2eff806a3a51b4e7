namespace Gateway.LoadTests.Compare;

/// <summary>How much load a measurement was under.</summary>
internal enum LoadKind
{
    /// <summary>As much as got through.</summary>
    Saturation,

    /// <summary>50 % of what the contestant did in the same round.</summary>
    Half,

    /// <summary>70 % of it.</summary>
    Seventy,

    /// <summary>70 % of what the gateway did in the same round.</summary>
    Common,
}
