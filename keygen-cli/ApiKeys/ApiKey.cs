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

    /// <summary>
    /// active, organization-suspended, disabled, expired or revoked, by the database's clock; where several are so, the
    /// one that is hardest to undo.
    /// </summary>
    public required string Status { get; init; }

    public required DateTime CreatedAt { get; init; }

    public DateTime? ExpiresAt { get; init; }

    public DateTime? RevokedAt { get; init; }

    /// <summary>The key that this one took over from.</summary>
    public Guid? RotatedFrom { get; init; }

    /// <summary>What the key may do where a route asks for a scope.</summary>
    public required string[] Scopes { get; init; }

    /// <summary>The only networks that it may be used from, in CIDR; empty: from everywhere.</summary>
    public required string[] Networks { get; init; }

    /// <summary>Since when it is out of use, until it is enabled again.</summary>
    public DateTime? DisabledAt { get; init; }

    /// <summary>To within a minute or so; <c>null</c> for never.</summary>
    public DateTime? LastUsedAt { get; init; }

    /// <summary>The key that took over from this one.</summary>
    public Guid? RotatedTo { get; init; }

    /// <summary>By the database's clock, as all that is said of times past.</summary>
    [JsonIgnore]
    public long? LastUsedSecondsAgo { get; init; }

    /// <summary>The configuration's version in which it was changed last; who has applied that knows the key as it is here.</summary>
    [JsonIgnore]
    public long Version { get; init; }

    /// <summary>Whether the key itself works; its organization may be suspended all the same.</summary>
    [JsonIgnore]
    public bool IsUsable => Status is "active" or "organization-suspended";
}
