using Gateway.Proxying.Backends;
using Gateway.RateLimiting.Limits;

namespace Gateway.Organizations;

/// <summary>What holds for an organization from one change to the next.</summary>
/// <param name="organizationId">Whose terms they are.</param>
/// <param name="version">The version of the configuration that they are from; newer ones replace older ones, never the other way.</param>
/// <param name="isActive">False while it is suspended: its keys do not work.</param>
/// <param name="limits">How much it may use.</param>
/// <param name="backend">Where its requests go; null for the default backend.</param>
internal sealed class OrganizationTerms(
    Guid organizationId, long version, bool isActive, OrganizationLimits limits, OrganizationBackend? backend)
{
    public Guid OrganizationId { get; } = organizationId;

    public long Version { get; } = version;

    public bool IsActive { get; } = isActive;

    public OrganizationLimits Limits { get; } = limits;

    public OrganizationBackend? Backend { get; } = backend;
}
