using System.Buffers.Binary;

namespace Gateway.Usage.Journal;

/// <summary>
/// One of the two places where a checkpoint is written in turn: position (i64), highest sequence in the segments before (i64),
/// CRC-32C over journal id and both (u32).
/// </summary>
internal static class CheckpointSlot
{
    public const int Bytes = 20;

    public static void Write(Guid journal, JournalPosition position, long deletedSequence, Span<byte> slot)
    {
        BinaryPrimitives.WriteInt64LittleEndian(slot, position.Value);
        BinaryPrimitives.WriteInt64LittleEndian(slot[8..], deletedSequence);
        BinaryPrimitives.WriteUInt32LittleEndian(slot[16..], Checksum(journal, position, deletedSequence));
    }

    /// <summary>What the slot says; the beginning where it says nothing that can be trusted.</summary>
    public static (JournalPosition Position, long DeletedSequence) Read(Guid journal, ReadOnlySpan<byte> slot)
    {
        if (slot.Length < Bytes)
        {
            return default;
        }

        var position = new JournalPosition(BinaryPrimitives.ReadInt64LittleEndian(slot));
        var deletedSequence = BinaryPrimitives.ReadInt64LittleEndian(slot[8..]);
        return position.Value > 0 && BinaryPrimitives.ReadUInt32LittleEndian(slot[16..]) == Checksum(journal, position, deletedSequence)
            ? (position, deletedSequence)
            : default;
    }

    private static uint Checksum(Guid journal, JournalPosition position, long deletedSequence) =>
        Crc32C.Add(Crc32C.Add(RecordFormat.Seed(journal), (ulong)position.Value), (ulong)deletedSequence);
}
