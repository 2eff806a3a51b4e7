using Gateway.ApiKeys.Restrictions;
using Gateway.Contracts.ApiKeys;

namespace Gateway.ApiKeys.Memory;

/// <summary>A key as it was read from the database.</summary>
/// <param name="Hash">Its SHA-256.</param>
/// <param name="Id">Its id.</param>
/// <param name="OrganizationId">Whose it is.</param>
/// <param name="Version">The version of the configuration in which it was last changed.</param>
/// <param name="IsUsable">Neither revoked nor disabled nor expired.</param>
/// <param name="UsableUntilTicks">When it expires, in UTC ticks; <see cref="Never"/> for never.</param>
/// <param name="Restrictions">Null for none.</param>
internal readonly record struct ApiKeyRow(
    ApiKeyHash Hash, Guid Id, Guid OrganizationId, long Version, bool IsUsable, long UsableUntilTicks, ApiKeyRestrictions? Restrictions)
{
    public const long Never = long.MaxValue;
}
