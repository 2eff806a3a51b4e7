using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Gateway.Requests;

/// <summary>
/// UUIDs of version 7 (RFC 9562, 5.7) for what each request needs: as <see cref="Guid.CreateVersion7(DateTimeOffset)"/> makes them, with
/// the same source of randomness, which is asked once for many. Asked for each it takes as long as the rest of the gateway's own
/// work for a decision (docs/performance.md).
/// </summary>
internal static class UuidVersion7
{
    private const int Bytes = 16;
    private const int TimeBytes = 6;
    private const int RandomBytes = Bytes - TimeBytes;
    private const int Supply = 100;

    [ThreadStatic]
    private static byte[]? _random;

    [ThreadStatic]
    private static int _left;

    /// <summary>A new one, which begins with that time in milliseconds.</summary>
    public static Guid Create(DateTimeOffset time)
    {
        Span<byte> bytes = stackalloc byte[Bytes];
        BinaryPrimitives.WriteInt64BigEndian(bytes, time.ToUnixTimeMilliseconds() << 16);
        TakeRandom(bytes[TimeBytes..]);
        bytes[6] = (byte)((bytes[6] & 0x0F) | 0x70); // version
        bytes[8] = (byte)((bytes[8] & 0x3F) | 0x80); // variant
        return new Guid(bytes, bigEndian: true);
    }

    private static void TakeRandom(Span<byte> destination)
    {
        _random ??= new byte[Supply * RandomBytes];
        if (_left == 0)
        {
            RandomNumberGenerator.Fill(_random);
            _left = Supply;
        }

        _left--;
        _random.AsSpan(_left * RandomBytes, RandomBytes).CopyTo(destination);
    }
}
