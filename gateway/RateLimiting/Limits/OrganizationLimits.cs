using System.Collections.Frozen;
using Gateway.Quotas;

namespace Gateway.RateLimiting.Limits;

/// <summary>All that limits one organization. One without limits of its own shares an object with all others of its kind.</summary>
/// <param name="PerMinute">Its bucket of a minute, for all of its keys together.</param>
/// <param name="PerDay">Its bucket of a day.</param>
internal sealed record OrganizationLimits(LimitTerms PerMinute, LimitTerms PerDay)
{
    /// <summary>Buckets of a minute of single keys, by the key's id; most have none.</summary>
    public FrozenDictionary<Guid, LimitTerms> Keys { get; init; } = FrozenDictionary<Guid, LimitTerms>.Empty;

    /// <summary>Buckets of a minute of its requests over one route, by the route's name; they go before what the route says itself.</summary>
    public FrozenDictionary<string, LimitTerms> Routes { get; init; } = FrozenDictionary<string, LimitTerms>.Empty;

    /// <summary>Whether none of its limits refuses; its quota is no limit in this sense.</summary>
    public bool AreShadow { get; init; }

    /// <summary>Null where a month has no end of units.</summary>
    public Quota? Quota { get; init; }
}
