namespace Gateway.Keygen.Limits;

/// <summary>An organization's limits of its own; where one is <c>null</c> the gateway's default holds.</summary>
internal sealed record OrganizationLimits(Guid OrganizationId, string OrganizationName, Limit? PerMinute, Limit? PerDay)
{
    /// <summary>Whether none of its limits refuses anything, the defaults included.</summary>
    public required bool AreShadow { get; init; }

    /// <summary>Limits of single keys, besides those of the organization.</summary>
    public required IReadOnlyList<KeyLimit> Keys { get; init; }

    /// <summary>Limits of single routes, besides those of the organization, in place of what the routes say themselves.</summary>
    public required IReadOnlyList<RouteLimit> Routes { get; init; }
}
