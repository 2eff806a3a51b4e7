namespace Gateway.Keygen.Limits;

/// <summary>What a limit is for: all of an organization, or one of its keys, or its requests over one route.</summary>
internal sealed record LimitSubject(Guid OrganizationId, Guid? ApiKeyId = null, string? Route = null);
