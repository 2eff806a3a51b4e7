namespace Gateway.Keygen.Organizations;

/// <summary>How many keys an organization has, each counted once: by the state that is hardest to undo, as <c>keygen list</c> says it.</summary>
internal sealed record KeyCounts
{
    public required long Total { get; init; }

    public required long Active { get; init; }

    /// <summary>They would work if their organization were not suspended.</summary>
    public required long OrganizationSuspended { get; init; }

    public required long Disabled { get; init; }

    public required long Expired { get; init; }

    public required long Revoked { get; init; }

    /// <summary>When one of them was used last, to within a minute or so; <c>null</c> for never.</summary>
    public DateTime? LastUsedAt { get; init; }
}
