namespace Gateway.Chaos.Faults;

/// <summary>Flips bits in journals of gateways that are dead.</summary>
internal static class JournalDamage
{
    private const int MostFlips = 3;

    /// <summary>Flips up to three bits, each in another event of this journal that may not be acknowledged yet.</summary>
    public static IReadOnlyList<FlippedBit> Flip(string journal, Random random)
    {
        var acknowledged = JournalRecords.ReadCheckpoint(journal);
        var records = JournalRecords.Read(journal);

        // Not for secrets.
#pragma warning disable CA5394
        var flips = new List<FlippedBit>();
        var candidates = records.Where(record => record.Position >= acknowledged).ToArray();
        random.Shuffle(candidates);
        foreach (var record in candidates.DistinctBy(record => record.Sequence).Take(random.Next(1, MostFlips + 1)))
        {
            Flip(record, random.Next(JournalRecords.HeaderBytes + record.PayloadBytes), (byte)(1 << random.Next(8)));
            flips.Add(new FlippedBit(
                JournalRecords.SourceOf(journal), record.Sequence, record.Path, records.Count(other => other.Sequence == record.Sequence) == 1));
        }
#pragma warning restore CA5394

        return flips;
    }

    private static void Flip(JournalRecords.EventRecord record, int offset, byte bit)
    {
        using var file = File.OpenHandle(record.File, FileMode.Open, FileAccess.ReadWrite);
        var one = new byte[1];
        RandomAccess.Read(file, one, record.Offset + offset);
        one[0] ^= bit;
        RandomAccess.Write(file, one, record.Offset + offset);
    }
}
