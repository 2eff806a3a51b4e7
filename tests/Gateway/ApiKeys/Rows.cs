using Gateway.ApiKeys.Memory;
using Gateway.ApiKeys.Restrictions;
using Gateway.Contracts.ApiKeys;
using Gateway.Organizations;
using Gateway.Proxying.Backends;
using Gateway.RateLimiting.Limits;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging.Abstractions;

namespace Gateway.Tests.ApiKeys;

/// <summary>Keys and organizations as the database would give them.</summary>
internal static class Rows
{
    public static OrganizationTerms Organization(Guid id, long version = 1, bool isActive = true) =>
        new(id, version, isActive, new OrganizationLimits(new LimitTerms(new BucketSize(1, 1)), new LimitTerms(new BucketSize(1, 1))), backend: null);

    public static ApiKeyRow Key(
        Guid organizationId,
        ApiKeyHash? hash = null,
        long version = 1,
        bool isUsable = true,
        DateTimeOffset? usableUntil = null,
        ApiKeyRestrictions? restrictions = null) => new(
            hash ?? NewHash(), Guid.NewGuid(), organizationId, version, isUsable, usableUntil?.UtcTicks ?? ApiKeyRow.Never, restrictions);

    public static KeyTable NewTable() => new(
        new OrganizationBackends(
            BackendOptions.Read(new ConfigurationBuilder().Build()), TimeProvider.System, NullLogger<OrganizationBackends>.Instance));

    public static ApiKeyHash NewHash() => ApiKeyHash.Of(ApiKeyFormat.Generate(ApiKeyEnvironment.Live));
}
