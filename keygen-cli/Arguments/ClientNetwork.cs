using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Gateway.Keygen.Arguments;

/// <summary>A network that a key may be used from: an IPv4 or IPv6 address, or CIDR. Kept as PostgreSQL writes it, 203.0.113.0/24.</summary>
internal static class ClientNetwork
{
    /// <summary>How many a key has at most, as in <c>api_keys.allowed_networks</c>.</summary>
    public const int MaximumCount = 64;

    private const string Allowed = "allowed is 203.0.113.7, 203.0.113.0/24 or 2001:db8::/32";
    private const int Ipv4Bits = 32;
    private const int Ipv6Bits = 128;

    /// <summary>The network, or <c>null</c> and what is wrong with the text.</summary>
    /// <remarks>
    /// Strict, because a network that is read in another way than it was meant opens a key to strangers:
    /// 010.0.0.0 is 8.0.0.0 to some, and 10.1 is 10.0.0.1.
    /// </remarks>
    public static string? TryParse(string text, out string? problem)
    {
        problem = null;
        var slash = text.IndexOf('/', StringComparison.Ordinal);
        var addressText = slash < 0 ? text : text[..slash];
        if (!IPAddress.TryParse(addressText, out var address) || !IsPlain(address, addressText))
        {
            problem = $"is no network; {Allowed}";
            return null;
        }

        if (address.IsIPv4MappedToIPv6)
        {
            problem = $"is an IPv4 network in the dress of IPv6; write it as IPv4 ({address.MapToIPv4()})";
            return null;
        }

        var bits = address.AddressFamily == AddressFamily.InterNetwork ? Ipv4Bits : Ipv6Bits;
        var length = bits;
        if (slash >= 0 && !TryParseLength(text[(slash + 1)..], bits, out length))
        {
            problem = $"has no length from 0 to {bits} after the slash; {Allowed}";
            return null;
        }

        var network = new IPNetwork(address, length);
        if (network.BaseAddress.Equals(address))
        {
            return network.ToString();
        }

        problem = $"has bits beyond its first {length}; the network is {network}, the one address {address}";
        return null;
    }

    // No hexadecimal, octal or shortened IPv4, no brackets and no zone: what is read is what was written.
    private static bool IsPlain(IPAddress address, string text) => address.AddressFamily == AddressFamily.InterNetwork
        ? address.ToString() == text
        : !text.AsSpan().ContainsAny('[', '%');

    private static bool TryParseLength(string text, int bits, out int length) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out length)
        && length <= bits
        && (text.Length == 1 || text[0] != '0');
}
