namespace Gateway.Keygen.Limits;

/// <summary>An organization's limits of its own; where one is <c>null</c> the gateway's default holds.</summary>
internal sealed record OrganizationLimits(Guid OrganizationId, string OrganizationName, Limit? PerMinute, Limit? PerDay);

/// <summary>One token bucket.</summary>
internal sealed record Limit
{
    /// <summary>What is refilled in the period, evenly.</summary>
    public required long LimitUnits { get; init; }

    /// <summary>What the bucket holds: the most that can be spent at once.</summary>
    public required long BurstUnits { get; init; }

    public required DateTime UpdatedAt { get; init; }
}
