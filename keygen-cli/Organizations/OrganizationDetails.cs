using Gateway.Keygen.Backends;
using Gateway.Keygen.Limits;
using Gateway.Keygen.Quotas;

namespace Gateway.Keygen.Organizations;

/// <summary>All there is about one organization.</summary>
internal sealed record OrganizationDetails
{
    public required Guid Id { get; init; }

    public required string Name { get; init; }

    /// <summary>active or suspended.</summary>
    public required string Status { get; init; }

    public required DateTime CreatedAt { get; init; }

    public required KeyCounts Keys { get; init; }

    public required OrganizationLimits Limits { get; init; }

    public required Quota Quota { get; init; }

    public required Backend Backend { get; init; }
}
