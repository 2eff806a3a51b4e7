using System.Net;

namespace Gateway.ApiKeys.Restrictions;

/// <summary>What narrows a key down. Equal ones are one object, shared by their keys.</summary>
/// <param name="scopes">What routes may require.</param>
/// <param name="networks">Where its clients may be; empty for anywhere.</param>
internal sealed class ApiKeyRestrictions(string[] scopes, IPNetwork[] networks)
{
    /// <summary>Whether the key has this scope.</summary>
    public bool HasScope(string scope) => Array.IndexOf(scopes, scope) >= 0;

    /// <summary>Whether a client at this address may use the key. An address that is not known is in no network.</summary>
    public bool Allows(IPAddress? client)
    {
        if (networks.Length == 0)
        {
            return true;
        }

        if (client is null)
        {
            return false;
        }

        // A socket that takes IPv6 and IPv4 shows IPv4 clients as ::ffff:a.b.c.d.
        var address = client.IsIPv4MappedToIPv6 ? client.MapToIPv4() : client;
        foreach (var network in networks)
        {
            if (network.Contains(address))
            {
                return true;
            }
        }

        return false;
    }
}
