using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Gateway.Contracts.ApiKeys;

/// <summary>
/// The SHA-256 of an API key: what is stored and compared instead of the key. A plain hash is enough because
/// a key has 134 random bits; there is nothing to slow a guesser down for. 32 bytes, no allocation.
/// </summary>
/// <remarks><see cref="ToString"/> hides the value, so that it cannot slip into a log.</remarks>
public readonly record struct ApiKeyHash
{
    /// <summary>Bytes in a hash.</summary>
    public const int Size = SHA256.HashSizeInBytes;

    private readonly ulong _first;
    private readonly ulong _second;
    private readonly ulong _third;
    private readonly ulong _fourth;

    /// <summary>Takes the 32 bytes of a stored hash.</summary>
    /// <exception cref="ArgumentException">There are not exactly 32 bytes.</exception>
    public ApiKeyHash(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length != Size)
        {
            throw new ArgumentException($"A key hash has {Size} bytes.", nameof(bytes));
        }

        _first = BinaryPrimitives.ReadUInt64LittleEndian(bytes);
        _second = BinaryPrimitives.ReadUInt64LittleEndian(bytes[8..]);
        _third = BinaryPrimitives.ReadUInt64LittleEndian(bytes[16..]);
        _fourth = BinaryPrimitives.ReadUInt64LittleEndian(bytes[24..]);
    }

    /// <summary>Hashes a key that <see cref="ApiKeyFormat.IsWellFormed"/> accepted.</summary>
    public static ApiKeyHash Of(ReadOnlySpan<char> key)
    {
        Span<byte> ascii = stackalloc byte[ApiKeyFormat.Length];
        Span<byte> hash = stackalloc byte[Size];
        SHA256.HashData(ascii[..Encoding.ASCII.GetBytes(key, ascii)], hash);
        return new ApiKeyHash(hash);
    }

    /// <summary>The 32 bytes, as the database stores them.</summary>
    public byte[] ToArray()
    {
        var bytes = new byte[Size];
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, _first);
        BinaryPrimitives.WriteUInt64LittleEndian(bytes.AsSpan(8), _second);
        BinaryPrimitives.WriteUInt64LittleEndian(bytes.AsSpan(16), _third);
        BinaryPrimitives.WriteUInt64LittleEndian(bytes.AsSpan(24), _fourth);
        return bytes;
    }

    /// <summary>All bits are random already, so any of them spread well.</summary>
    public override int GetHashCode() => (int)_first;

    /// <summary>Never the value.</summary>
    public override string ToString() => "(hash)";
}
