using System.Buffers.Binary;

namespace Gateway.Usage.Journal;

/// <summary>
/// How a record lies in a segment; little-endian, at a multiple of 8:
/// <code>
/// 0  u16  bytes of the payload
/// 2  u8   kind
/// 3  u8   0xA7
/// 4  u32  CRC-32C over journal id, payload, position, and the four bytes above
/// 8       payload, then zeros up to the next multiple of 8
/// </code>
/// The first eight bytes are stored at once and last: a record is either whole or it is not there. Its checksum holds its
/// place and whose it is, so neither a stray copy nor what a file held before is ever taken for a record.
/// </summary>
internal static class RecordFormat
{
    public const int HeaderBytes = 8;
    public const int MaximumPayloadBytes = ushort.MaxValue;

    private const int Alignment = 8;
    private const uint Mark = 0xA7u << 24;
    private const uint MarkMask = 0xFFu << 24;
    private const int KindShift = 16;

    /// <summary>Bytes that a record takes up.</summary>
    public static int Size(int payloadBytes) => (HeaderBytes + payloadBytes + Alignment - 1) & -Alignment;

    /// <summary>Where checksums of a journal begin.</summary>
    public static uint Seed(Guid journal)
    {
        Span<byte> bytes = stackalloc byte[16];
        journal.TryWriteBytes(bytes);
        return Crc32C.Add(uint.MaxValue, bytes);
    }

    /// <summary>The first part of the checksum, which can be had before it is known where the record will be.</summary>
    public static uint PayloadChecksum(uint seed, ReadOnlySpan<byte> payload) => Crc32C.Add(seed, payload);

    /// <summary>The record's first eight bytes.</summary>
    public static ulong Header(RecordKind kind, int payloadBytes, uint payloadChecksum, JournalPosition position)
    {
        var word = Mark | ((uint)kind << KindShift) | (uint)payloadBytes;
        return word | ((ulong)Checksum(payloadChecksum, position, word) << 32);
    }

    /// <summary>Whether these can be the first eight bytes of a record; says nothing of its checksum.</summary>
    public static bool TryReadHeader(ulong header, out RecordKind kind, out int payloadBytes)
    {
        var word = (uint)header;
        kind = (RecordKind)(byte)(word >> KindShift);
        payloadBytes = (ushort)word;
        return (word & MarkMask) == Mark && kind is >= RecordKind.Begin and <= RecordKind.Seal;
    }

    public static bool IsIntact(uint seed, ulong header, ReadOnlySpan<byte> payload, JournalPosition position) =>
        Checksum(PayloadChecksum(seed, payload), position, (uint)header) == (uint)(header >> 32);

    public static ulong HeaderAt(ReadOnlySpan<byte> segment, int offset) =>
        BinaryPrimitives.ReadUInt64LittleEndian(segment[offset..]);

    private static uint Checksum(uint payloadChecksum, JournalPosition position, uint word) =>
        Crc32C.Add(Crc32C.Add(payloadChecksum, (ulong)position.Value), word);
}
