using System.Text.Json.Serialization;

namespace Gateway.Keygen.ApiKeys;

/// <summary>What is known of an API key; the key itself is not.</summary>
internal sealed record ApiKey
{
    public required Guid Id { get; init; }

    public required Guid OrganizationId { get; init; }

    public required string OrganizationName { get; init; }

    public required string Name { get; init; }

    /// <summary>live or test.</summary>
    public required string Environment { get; init; }

    /// <summary>The key's first characters, to recognize it by.</summary>
    public required string Prefix { get; init; }

    /// <summary>active, expired or revoked, by the database's clock.</summary>
    public required string Status { get; init; }

    public required DateTime CreatedAt { get; init; }

    public DateTime? ExpiresAt { get; init; }

    public DateTime? RevokedAt { get; init; }

    /// <summary>The key that this one took over from.</summary>
    public Guid? RotatedFrom { get; init; }

    [JsonIgnore]
    public bool IsActive => Status == "active";
}
