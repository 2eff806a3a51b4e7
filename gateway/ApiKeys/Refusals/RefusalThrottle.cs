using System.Net;
using System.Net.Sockets;

namespace Gateway.ApiKeys.Refusals;

/// <summary>
/// Counts refused keys by client address. Past its measure an address gets no more keys looked up that are not in memory;
/// keys that work go on working from there, so that nobody can lock out a neighbour behind the same address.
/// </summary>
/// <remarks>
/// The generic cell rate algorithm (ITU-T I.371, "virtual scheduling"): one number an address, the moment at which it has
/// served what it did. Addresses share a fixed number of places by a hash that differs in every process: memory is bounded
/// however many there are, and the worst that a shared place does is to count two addresses as one.
/// </remarks>
internal sealed class RefusalThrottle(RefusalOptions options, TimeProvider timeProvider)
{
    private const int Places = 65_536;

    // An IPv6 client has a whole network to choose from: RFC 6177.
    private const int Ipv6NetworkBytes = 8;
    private const int Ipv6AddressBytes = 16;

    private readonly long[] _servedAt = new long[Places];
    private readonly long _interval = timeProvider.TimestampFrequency * 60 / options.PerMinute;

    private long Tolerance => _interval * (options.Burst - 1);

    /// <summary>How long that address has to wait; zero when it does not.</summary>
    public TimeSpan RetryAfter(IPAddress? address)
    {
        var now = timeProvider.GetTimestamp();
        var excess = Volatile.Read(ref PlaceOf(address)) - now - Tolerance;
        return excess > 0 ? timeProvider.GetElapsedTime(now, now + excess) : TimeSpan.Zero;
    }

    /// <summary>A key from that address was refused. However many are at once: who then waits one interval may go on.</summary>
    public void Record(IPAddress? address)
    {
        ref var place = ref PlaceOf(address);
        var now = timeProvider.GetTimestamp();
        long seen;
        do
        {
            seen = Volatile.Read(ref place);
        }
        while (Interlocked.CompareExchange(ref place, Math.Min(Math.Max(seen, now), now + Tolerance) + _interval, seen) != seen);
    }

    private ref long PlaceOf(IPAddress? address)
    {
        Span<byte> bytes = stackalloc byte[Ipv6AddressBytes];
        var length = 0;
        if (address is not null && address.TryWriteBytes(bytes, out length))
        {
            if (address.IsIPv4MappedToIPv6)
            {
                bytes = bytes[12..];
                length = 4;
            }
            else if (address.AddressFamily == AddressFamily.InterNetworkV6)
            {
                length = Ipv6NetworkBytes;
            }
        }

        var hash = default(HashCode);
        hash.AddBytes(bytes[..length]);
        return ref _servedAt[(uint)hash.ToHashCode() % Places];
    }
}
