using Gateway.RateLimiting;

namespace Gateway.ApiKeys;

/// <summary>What the gateway keeps of an API key: whose it is, until when it works, and the limits of its organization.</summary>
internal sealed class ApiKey(Guid id, Guid organizationId, DateTimeOffset? usableUntil, RateLimitPolicy rateLimits)
{
    public Guid Id { get; } = id;

    public Guid OrganizationId { get; } = organizationId;

    /// <summary>The id as the backend gets it; made once a key instead of once a request.</summary>
    public string IdText { get; } = id.ToString();

    /// <inheritdoc cref="IdText"/>
    public string OrganizationIdText { get; } = organizationId.ToString();

    public RateLimitPolicy RateLimits { get; } = rateLimits;

    /// <summary>Whether it is neither expired nor revoked at that moment.</summary>
    public bool IsUsableAt(DateTimeOffset moment) => usableUntil is not { } end || moment < end;
}
