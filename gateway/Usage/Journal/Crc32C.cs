using System.Buffers.Binary;
using System.Numerics;

namespace Gateway.Usage.Journal;

/// <summary>CRC-32C (Castagnoli) without the inversions at start and end; a processor instruction where there is one.</summary>
internal static class Crc32C
{
    public static uint Add(uint checksum, ReadOnlySpan<byte> bytes)
    {
        while (bytes.Length >= sizeof(ulong))
        {
            checksum = BitOperations.Crc32C(checksum, BinaryPrimitives.ReadUInt64LittleEndian(bytes));
            bytes = bytes[sizeof(ulong)..];
        }

        foreach (var one in bytes)
        {
            checksum = BitOperations.Crc32C(checksum, one);
        }

        return checksum;
    }

    public static uint Add(uint checksum, ulong number) => BitOperations.Crc32C(checksum, number);
}
