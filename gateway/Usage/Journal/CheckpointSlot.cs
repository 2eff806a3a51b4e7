using System.Buffers.Binary;

namespace Gateway.Usage.Journal;

/// <summary>One of the two places where a checkpoint is written in turn: position (i64), CRC-32C over journal id and position (u32).</summary>
internal static class CheckpointSlot
{
    public const int Bytes = 12;

    public static void Write(Guid journal, JournalPosition position, Span<byte> slot)
    {
        BinaryPrimitives.WriteInt64LittleEndian(slot, position.Value);
        BinaryPrimitives.WriteUInt32LittleEndian(slot[8..], Checksum(journal, position));
    }

    /// <summary>What the slot says; the beginning where it says nothing that can be trusted.</summary>
    public static JournalPosition Read(Guid journal, ReadOnlySpan<byte> slot)
    {
        if (slot.Length < Bytes)
        {
            return default;
        }

        var position = new JournalPosition(BinaryPrimitives.ReadInt64LittleEndian(slot));
        return position.Value > 0 && BinaryPrimitives.ReadUInt32LittleEndian(slot[8..]) == Checksum(journal, position) ? position : default;
    }

    private static uint Checksum(Guid journal, JournalPosition position) =>
        Crc32C.Add(RecordFormat.Seed(journal), (ulong)position.Value);
}
