using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Gateway.UsageProcessor.Continuity;

/// <summary>By what a message is recognized later: 8 bytes of SHA-256 over key, value and timestamp, as they came.</summary>
internal static class MessageFingerprint
{
    private const int Absent = -1;

    public static long Of(byte[]? key, byte[]? value, long timestampMilliseconds)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Append(hash, key);
        Append(hash, value);
        AppendNumber(hash, timestampMilliseconds);
        Span<byte> digest = stackalloc byte[SHA256.HashSizeInBytes];
        hash.GetHashAndReset(digest);
        return BinaryPrimitives.ReadInt64BigEndian(digest);
    }

    // The length first, so that no byte can move from the key to the value.
    private static void Append(IncrementalHash hash, byte[]? part)
    {
        AppendNumber(hash, part?.Length ?? Absent);
        hash.AppendData(part ?? []);
    }

    private static void AppendNumber(IncrementalHash hash, long number)
    {
        Span<byte> bytes = stackalloc byte[sizeof(long)];
        BinaryPrimitives.WriteInt64BigEndian(bytes, number);
        hash.AppendData(bytes);
    }
}
