using System.Text.Json.Serialization;

namespace Gateway.Keygen.Organizations;

/// <summary>Who pays.</summary>
internal sealed record Organization
{
    /// <summary>Its keys work.</summary>
    public const string Active = "active";

    /// <summary>None of its keys works.</summary>
    public const string Suspended = "suspended";

    public required Guid Id { get; init; }

    public required string Name { get; init; }

    /// <summary>active or suspended.</summary>
    public required string Status { get; init; }

    public required DateTime CreatedAt { get; init; }

    /// <summary>The configuration's version in which it was changed last.</summary>
    [JsonIgnore]
    public long Version { get; init; }
}
