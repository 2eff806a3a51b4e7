using System.Text.Json.Serialization;

namespace Gateway.Keygen.Quotas;

/// <summary>How much an organization may use in a calendar month.</summary>
internal sealed record Quota
{
    /// <summary>What is over it is refused.</summary>
    public const string Hard = "hard";

    /// <summary>What is over it is let through, flagged and counted.</summary>
    public const string Soft = "soft";

    public required Guid OrganizationId { get; init; }

    public required string OrganizationName { get; init; }

    /// <summary><c>null</c> where a month has no end of units.</summary>
    public long? UnitsPerMonth { get; init; }

    /// <summary>hard or soft; <c>null</c> without a quota.</summary>
    public string? Enforcement { get; init; }

    /// <summary>Whose midnight a month begins at; <c>null</c> without a quota, and then it is UTC's.</summary>
    public string? TimeZone { get; init; }

    public DateTime? UpdatedAt { get; init; }

    /// <summary>The current month, where it was asked for.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public QuotaMonth? Month { get; init; }
}
