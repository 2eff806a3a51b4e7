using Gateway.ApiKeys.Memory;
using Gateway.ApiKeys.Restrictions;
using Gateway.Contracts.ApiKeys;
using Gateway.Organizations;
using Gateway.RateLimiting;

namespace Gateway.Tests.ApiKeys;

/// <summary>Keys and organizations as the database would give them.</summary>
internal static class Rows
{
    public static OrganizationTerms Organization(Guid id, long version = 1, bool isActive = true) =>
        new(id, version, isActive, new BucketSize(1, 1), new BucketSize(1, 1));

    public static ApiKeyRow Key(
        Guid organizationId,
        ApiKeyHash? hash = null,
        long version = 1,
        bool isUsable = true,
        DateTimeOffset? usableUntil = null,
        ApiKeyRestrictions? restrictions = null) => new(
            hash ?? NewHash(), Guid.NewGuid(), organizationId, version, isUsable, usableUntil?.UtcTicks ?? ApiKeyRow.Never, restrictions);

    public static ApiKeyHash NewHash() => ApiKeyHash.Of(ApiKeyFormat.Generate(ApiKeyEnvironment.Live));
}
