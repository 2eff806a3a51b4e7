using System.Buffers.Binary;
using System.Text;

namespace Gateway.Chaos.Faults;

/// <summary>
/// Flips bits in journals of gateways that are dead. Written from the page about the format (docs/decisions/0014), not with
/// the gateway's code: what both got wrong would not be noticed.
/// </summary>
internal static class JournalDamage
{
    private const string SegmentPattern = "*.journal1";
    private const int HeaderBytes = 8;
    private const byte Mark = 0xA7;
    private const byte LastEventKind = 3;
    private const int FixedPayloadBytes = 130;
    private const int TextLengths = 124;
    private const int MostFlips = 3;

    /// <summary>Flips up to three bits, each in another event of this journal that may not be acknowledged yet.</summary>
    public static IReadOnlyList<FlippedBit> Flip(string journal, Random random)
    {
        var acknowledged = ReadCheckpoint(Path.Combine(journal, "checkpoint"));
        var records = new List<EventRecord>();
        foreach (var file in Directory.EnumerateFiles(journal, SegmentPattern).Order(StringComparer.Ordinal))
        {
            records.AddRange(Read(file));
        }

        // Not for secrets.
#pragma warning disable CA5394
        var flips = new List<FlippedBit>();
        var candidates = records.Where(record => record.Position >= acknowledged).ToArray();
        random.Shuffle(candidates);
        foreach (var record in candidates.DistinctBy(record => record.Sequence).Take(random.Next(1, MostFlips + 1)))
        {
            Flip(record, random.Next(HeaderBytes + record.PayloadBytes), (byte)(1 << random.Next(8)));
            flips.Add(new FlippedBit(
                $"gateway/{Path.GetFileName(journal)}", record.Sequence, record.Path, records.Count(other => other.Sequence == record.Sequence) == 1));
        }
#pragma warning restore CA5394

        return flips;
    }

    private static void Flip(EventRecord record, int offset, byte bit)
    {
        using var file = File.OpenHandle(record.File, FileMode.Open, FileAccess.ReadWrite);
        var one = new byte[1];
        RandomAccess.Read(file, one, record.Offset + offset);
        one[0] ^= bit;
        RandomAccess.Write(file, one, record.Offset + offset);
    }

    // The later of two slots; which of them was torn does not matter here.
    private static long ReadCheckpoint(string file)
    {
        var bytes = File.Exists(file) ? File.ReadAllBytes(file) : [];
        return bytes.Length < 4096 + sizeof(long)
            ? 0
            : Math.Max(BinaryPrimitives.ReadInt64LittleEndian(bytes), BinaryPrimitives.ReadInt64LittleEndian(bytes.AsSpan(4096)));
    }

    private static List<EventRecord> Read(string file)
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
                    file, (segment << 32) | (uint)offset, offset, payloadBytes, BinaryPrimitives.ReadInt64LittleEndian(payload), PathOf(payload)));
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

    private sealed record EventRecord(string File, long Position, int Offset, int PayloadBytes, long Sequence, string Path);
}
