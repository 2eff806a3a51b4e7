namespace Gateway.Keygen.Organizations;

/// <summary>Who pays.</summary>
internal sealed record Organization
{
    public required Guid Id { get; init; }

    public required string Name { get; init; }

    /// <summary>active or suspended.</summary>
    public required string Status { get; init; }

    public required DateTime CreatedAt { get; init; }
}
