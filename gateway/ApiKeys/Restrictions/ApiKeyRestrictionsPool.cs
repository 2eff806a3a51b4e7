using System.Collections.Concurrent;
using System.Net;

namespace Gateway.ApiKeys.Restrictions;

/// <summary>Makes restrictions from what the database holds, each distinct one once: a million keys with the same scopes cost one object.</summary>
internal sealed class ApiKeyRestrictionsPool
{
    // Far more than anybody has by design; should every key have its own, they are no longer shared, which is only larger.
    private const int MaximumShared = 10_000;

    private readonly ConcurrentDictionary<(string? Scopes, string? Networks), ApiKeyRestrictions> _shared = new();

    /// <param name="scopes">Separated by a space; null for none.</param>
    /// <param name="networks">In CIDR notation, separated by a space; null for anywhere.</param>
    /// <returns>Null where nothing is restricted.</returns>
    public ApiKeyRestrictions? Get(string? scopes, string? networks)
    {
        if (scopes is null && networks is null)
        {
            return null;
        }

        if (_shared.TryGetValue((scopes, networks), out var restrictions))
        {
            return restrictions;
        }

        restrictions = new ApiKeyRestrictions(
            scopes?.Split(' ') ?? [], Array.ConvertAll(networks?.Split(' ') ?? [], static network => IPNetwork.Parse(network)));
        return _shared.Count < MaximumShared ? _shared.GetOrAdd((scopes, networks), restrictions) : restrictions;
    }
}
