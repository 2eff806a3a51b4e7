using System.Text.Json.Serialization;

namespace Gateway.Keygen.Limits;

/// <summary>All of an organization's limits in memory, those of its keys and routes too.</summary>
internal sealed record OrganizationLimits : CommonLimits
{
    public OrganizationLimits(CommonLimits common)
        : base(common)
    {
    }

    /// <summary>Limits of single keys, besides those of the organization.</summary>
    [JsonPropertyOrder(1)]
    public required IReadOnlyList<KeyLimit> Keys { get; init; }

    /// <summary>Limits of single routes, besides those of the organization, in place of what the routes say themselves.</summary>
    [JsonPropertyOrder(1)]
    public required IReadOnlyList<RouteLimit> Routes { get; init; }
}
