using System.Net;

namespace Gateway.Contracts.Backends;

/// <summary>
/// Addresses that lead to the machine's own cloud or link instead of a backend: whoever can have requests sent there
/// reads the machine's credentials. Refused when a backend is set and again when it is connected to, because a host
/// name may lead elsewhere by then.
/// </summary>
public static class MetadataAddress
{
    private static readonly IPNetwork[] Networks =
    [
        IPNetwork.Parse("169.254.0.0/16"),      // link-local (RFC 3927): AWS, Azure, Google Cloud, DigitalOcean, Oracle
        IPNetwork.Parse("fe80::/10"),           // link-local (RFC 4291)
        IPNetwork.Parse("fd00:ec2::254/128"),   // AWS over IPv6
        IPNetwork.Parse("fd20:ce::254/128"),    // Google Cloud over IPv6
        IPNetwork.Parse("100.100.100.200/32"),  // Alibaba Cloud
        IPNetwork.Parse("168.63.129.16/32"),    // Azure's platform address
        IPNetwork.Parse("192.0.0.192/32"),      // Oracle Cloud classic
        IPNetwork.Parse("0.0.0.0/8"),           // "this host" (RFC 1122): Linux connects it to the machine itself
        IPNetwork.Parse("::/128"),
    ];

    // Prefixes under which an IPv4 address is reached by an IPv6 one, the IPv4 address last: NAT64 (RFC 6052), IPv4-compatible (RFC 4291).
    private static readonly IPNetwork[] Ipv4Embedding = [IPNetwork.Parse("64:ff9b::/96"), IPNetwork.Parse("::/96")];

    // 6to4 (RFC 3056): the IPv4 address follows the first two bytes.
    private static readonly IPNetwork Ipv6To4 = IPNetwork.Parse("2002::/16");

    /// <summary>Whether it is link-local, a cloud's metadata service or unspecified, also when written as an IPv6 address around an IPv4 one.</summary>
    public static bool Includes(IPAddress address)
    {
        var target = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
        return IsListed(target) || (Embedded(target) is { } embedded && IsListed(embedded));
    }

    private static bool IsListed(IPAddress address) => Array.Exists(Networks, network => network.Contains(address));

    private static IPAddress? Embedded(IPAddress address)
    {
        if (Array.Exists(Ipv4Embedding, network => network.Contains(address)))
        {
            // ::1 is the machine itself, which is allowed, and no embedded 0.0.0.1.
            return IPAddress.IsLoopback(address) ? null : new IPAddress(address.GetAddressBytes()[12..]);
        }

        return Ipv6To4.Contains(address) ? new IPAddress(address.GetAddressBytes()[2..6]) : null;
    }
}
