namespace Gateway.Usage.Journal;

/// <summary>Reads a segment's bytes, whatever has become of them: never throws, and takes nothing for a record that is none.</summary>
/// <param name="journal">Whose segment it is.</param>
internal sealed class SegmentScan(Guid journal)
{
    private readonly uint _seed = RecordFormat.Seed(journal);

    /// <summary>What is at an offset, which is a multiple of 8.</summary>
    public Finding At(ReadOnlySpan<byte> segment, long number, int offset, out FoundRecord record)
    {
        record = default;
        if (segment.Length - offset < RecordFormat.HeaderBytes)
        {
            return Finding.End;
        }

        var header = RecordFormat.HeaderAt(segment, offset);
        if (header == 0)
        {
            return Finding.Nothing;
        }

        // What was stored before the header must not be read before it.
        Volatile.ReadBarrier();
        if (!RecordFormat.TryReadHeader(header, out var kind, out var payloadBytes)
            || payloadBytes > segment.Length - offset - RecordFormat.HeaderBytes)
        {
            return Finding.Damage;
        }

        record = new FoundRecord(kind, offset, payloadBytes);
        return RecordFormat.IsIntact(_seed, header, record.Payload(segment), JournalPosition.At(number, offset))
            ? Finding.Record
            : Finding.Damage;
    }

    /// <summary>The first record behind an offset, or -1.</summary>
    public int FindNext(ReadOnlySpan<byte> segment, long number, int offset)
    {
        for (var next = offset + RecordFormat.HeaderBytes; next <= segment.Length - RecordFormat.HeaderBytes; next += RecordFormat.HeaderBytes)
        {
            if (At(segment, number, next, out _) == Finding.Record)
            {
                return next;
            }
        }

        return -1;
    }
}
