namespace Gateway.Keygen.AuditLog;

/// <summary>Which entries are meant. All conditions hold together; null is none.</summary>
/// <param name="OrganizationId">Whose.</param>
/// <param name="ApiKeyId">Of this key and its limits.</param>
/// <param name="Actor">Who did it, in whatever capitals.</param>
/// <param name="From">Then or later.</param>
/// <param name="To">Before.</param>
internal sealed record AuditSelection(Guid? OrganizationId, Guid? ApiKeyId, string? Actor, DateTimeOffset? From, DateTimeOffset? To);
