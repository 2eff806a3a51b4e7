using System.Buffers.Binary;
using System.Text;

namespace Gateway.Chaos.Faults;

/// <summary>
/// Reads journals of gateways that are dead. Written from the page about the format (docs/decisions/0014), not with
/// the gateway's code: what both got wrong would not be noticed.
/// </summary>
internal static class JournalRecords
{
    public const int HeaderBytes = 8;

    private const string SegmentPattern = "*.journal1";
    private const byte Mark = 0xA7;
    private const byte EndKind = 2;
    private const byte LastEventKind = 3;
    private const int FixedPayloadBytes = 130;
    private const int TextLengths = 124;

    /// <summary>The source of all events of a journal.</summary>
    public static string SourceOf(string journal) => $"gateway/{Path.GetFileName(journal)}";

    /// <summary>All records of events.</summary>
    public static IReadOnlyList<EventRecord> Read(string journal) =>
        [.. Directory.EnumerateFiles(journal, SegmentPattern).Order(StringComparer.Ordinal).SelectMany(ReadSegment)];

    /// <summary>The events that Kafka has not acknowledged, as far as the journal knows: those without an end, and with one behind the checkpoint.</summary>
    public static IReadOnlyList<LostEvent> Unacknowledged(string journal)
    {
        var acknowledged = ReadCheckpoint(journal);
        return
        [
            .. Read(journal)
                .GroupBy(static record => record.Sequence)
                .Where(records => !records.Any(record => record.IsEnd && record.Position < acknowledged))
                .Select(records => new LostEvent(SourceOf(journal), records.Key, records.First().Path)),
        ];
    }

    /// <summary>Up to where all that has ended is acknowledged: the later of two slots; which of them was torn does not matter here.</summary>
    public static long ReadCheckpoint(string journal)
    {
        var file = Path.Combine(journal, "checkpoint");
        var bytes = File.Exists(file) ? File.ReadAllBytes(file) : [];
        return bytes.Length < 4096 + sizeof(long)
            ? 0
            : Math.Max(BinaryPrimitives.ReadInt64LittleEndian(bytes), BinaryPrimitives.ReadInt64LittleEndian(bytes.AsSpan(4096)));
    }

    private static List<EventRecord> ReadSegment(string file)
    {
        var records = new List<EventRecord>();
        var bytes = File.ReadAllBytes(file);
        var segment = long.Parse(Path.GetFileNameWithoutExtension(file), System.Globalization.CultureInfo.InvariantCulture);
        for (var offset = 0; offset <= bytes.Length - HeaderBytes;)
        {
            var payloadBytes = BinaryPrimitives.ReadUInt16LittleEndian(bytes.AsSpan(offset));
            if (bytes[offset + 3] != Mark || offset + HeaderBytes + payloadBytes > bytes.Length)
            {
                offset += HeaderBytes;
                continue;
            }

            if (bytes[offset + 2] is > 0 and <= LastEventKind && payloadBytes >= FixedPayloadBytes)
            {
                var payload = bytes.AsSpan(offset + HeaderBytes, payloadBytes);
                records.Add(new EventRecord(
                    file, (segment << 32) | (uint)offset, offset, payloadBytes, BinaryPrimitives.ReadInt64LittleEndian(payload), PathOf(payload), bytes[offset + 2] == EndKind));
            }

            offset += (HeaderBytes + payloadBytes + HeaderBytes - 1) & -HeaderBytes;
        }

        return records;
    }

    private static string PathOf(ReadOnlySpan<byte> payload)
    {
        var before = BinaryPrimitives.ReadUInt16LittleEndian(payload[TextLengths..]) + BinaryPrimitives.ReadUInt16LittleEndian(payload[(TextLengths + 2)..]);
        return Encoding.UTF8.GetString(payload[Math.Min(FixedPayloadBytes + before, payload.Length)..]);
    }

    /// <summary>A record, and where it is.</summary>
    internal sealed record EventRecord(string File, long Position, int Offset, int PayloadBytes, long Sequence, string Path, bool IsEnd);
}
