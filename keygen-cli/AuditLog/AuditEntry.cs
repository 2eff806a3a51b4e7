using System.Text.Json.Serialization;

namespace Gateway.Keygen.AuditLog;

/// <summary>That one record was changed.</summary>
internal sealed record AuditEntry
{
    /// <summary>Goes up with each change; has gaps.</summary>
    public required long Id { get; init; }

    public required DateTime At { get; init; }

    /// <summary>Who says to have done it; the database user where nobody said.</summary>
    public required string Actor { get; init; }

    /// <summary>Whether it was done past keygen, so that the actor is only the database user.</summary>
    public required bool ByHand { get; init; }

    /// <summary>Who it was for PostgreSQL.</summary>
    public required string DatabaseUser { get; init; }

    /// <summary>The configuration's version that the change made; the entries of one change have the same.</summary>
    public required long Version { get; init; }

    /// <summary>created, changed, deleted, or what a change comes to: revoked, disabled, enabled, suspended, resumed.</summary>
    public required string Action { get; init; }

    /// <summary>organization, api-key, limit, quota or backend.</summary>
    public required string Record { get; init; }

    public required Guid OrganizationId { get; init; }

    /// <summary>As it is called now; <c>null</c> where it is gone.</summary>
    public string? OrganizationName { get; init; }

    /// <summary>The key, or whose limit it is.</summary>
    public Guid? ApiKeyId { get; init; }

    /// <summary>As it is called now; <c>null</c> where it is gone.</summary>
    public string? ApiKeyName { get; init; }

    /// <summary>The whole record as JSON, without what is empty; <c>null</c> before it was created.</summary>
    [JsonConverter(typeof(RecordConverter))]
    public string? Before { get; init; }

    /// <summary>The same, after the change; <c>null</c> once it is deleted.</summary>
    [JsonConverter(typeof(RecordConverter))]
    public string? After { get; init; }
}
