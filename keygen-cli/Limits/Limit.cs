namespace Gateway.Keygen.Limits;

/// <summary>One token bucket.</summary>
internal sealed record Limit
{
    /// <summary>What is refilled in the period, evenly.</summary>
    public required long LimitUnits { get; init; }

    /// <summary>What the bucket holds: the most that can be spent at once.</summary>
    public required long BurstUnits { get; init; }

    /// <summary>Whether it only decides and counts, and refuses nothing.</summary>
    public required bool IsShadow { get; init; }

    public required DateTime UpdatedAt { get; init; }
}
