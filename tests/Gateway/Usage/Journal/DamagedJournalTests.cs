using Gateway.Usage.Journal;

namespace Gateway.Tests.Usage.Journal;

/// <summary>Whatever has become of the files: what is given was written, once, and what was not hit is given.</summary>
public sealed class DamagedJournalTests : IDisposable
{
    private const int Events = 1_200;
    private const int Rounds = 60;

    private readonly OwnJournals _journals = new();

    public void Dispose() => _journals.Dispose();

    [Fact]
    public async Task Damage_of_any_kind_costs_only_the_records_it_hits()
    {
        var (id, source) = await WriteAsync();
        var files = _journals.Segments();
        var intact = files.Select(File.ReadAllBytes).ToArray();
        var records = Records(id, intact);
        for (var round = 0; round < Rounds; round++)
        {
            var random = new Random(round);
            for (var file = 0; file < files.Count; file++)
            {
                var bytes = (byte[])intact[file].Clone();
                var hit = new bool[bytes.Length];
                for (var damage = random.Next(1, 6); damage > 0; damage--)
                {
                    bytes = Damage(random, bytes, hit);
                }

                await File.WriteAllBytesAsync(files[file], bytes, TestContext.Current.CancellationToken);
                for (var record = 0; record < records.Count; record++)
                {
                    if (records[record] is var (inFile, from, to, sequence, _) && inFile == file && hit.AsSpan(from, to - from).Contains(true))
                    {
                        records[record] = (inFile, from, to, sequence, true);
                    }
                }
            }

            // No acknowledgement, so it stays for the next round.
            using (var dead = Assert.Single(_journals.AdoptDead()))
            {
                var given = OwnJournals.ReadAll(dead).ToDictionary(one => one.Event.Sequence, one => one.Event);
                foreach (var (sequence, found) in given)
                {
                    Assert.Contains(found, new[] { SampleRecords.BeginEvent(source, sequence), SampleRecords.EndEvent(source, sequence) });
                }

                var unhit = records.Where(record => !record.IsHit).Select(record => record.Sequence).Distinct().ToList();
                Assert.Empty(unhit.Except(given.Keys));
            }

            for (var record = 0; record < records.Count; record++)
            {
                records[record] = records[record] with { IsHit = false };
            }
        }
    }

    [Fact]
    public async Task Flipped_bit_is_counted_and_costs_one_record()
    {
        var (id, _) = await WriteAsync();
        var file = _journals.Segments()[0];
        var bytes = await File.ReadAllBytesAsync(file, TestContext.Current.CancellationToken);
        var hit = Records(id, [bytes]).First(record => record.Sequence == 5);
        bytes[hit.From + 40] ^= 1;
        await File.WriteAllBytesAsync(file, bytes, TestContext.Current.CancellationToken);

        using var dead = Assert.Single(_journals.AdoptDead());
        var given = OwnJournals.ReadAll(dead);
        Assert.Equal(Events - 1, given.Count);
        Assert.DoesNotContain(hit.Sequence, given.Select(one => one.Event.Sequence));
        Assert.Equal(1, dead.Damages);
    }

    [Fact]
    public async Task Records_of_another_journal_or_another_place_are_never_taken_for_ones_of_this()
    {
        var (_, _) = await WriteAsync();
        var files = _journals.Segments();
        var (id, _) = await WriteAsync();
        var others = _journals.Segments().Except(files).ToList();
        File.Copy(files[0], others[0], overwrite: true);
        File.Copy(others[1], others[2], overwrite: true);

        using var dead = _journals.Directory.TryAdopt(id)!;
        var left = OwnJournals.ReadAll(dead).Select(one => one.Event.Sequence).ToList();
        Assert.Equal(left.Distinct(), left);
        Assert.InRange(left.Count, 1, Events - 1);
        Assert.True(dead.Damages > 0);
    }

    [Fact]
    public async Task Broken_checkpoint_costs_duplicates_and_no_event()
    {
        string path;
        await using (var journal = _journals.Open())
        {
            for (var sequence = 1; sequence <= 100; sequence++)
            {
                journal.TryAppendEnd(SampleRecords.End(sequence), hasBegun: false);
            }

            var given = OwnJournals.ReadAll(journal.Reader);
            journal.Reader.Acknowledge(given[49].Position);
            journal.Reader.Acknowledge(given[69].Position);
            path = Path.Combine(Path.GetDirectoryName(_journals.Segments()[0])!, "checkpoint");
        }

        // The two slots were written in turn: without the later one, the earlier one counts; without both, the beginning.
        var bytes = await File.ReadAllBytesAsync(path, TestContext.Current.CancellationToken);
        Assert.Equal(30, await LeftAsync(bytes));
        bytes[(2 * 4096) - 4096] ^= 1;
        var one = await LeftAsync(bytes);
        bytes[0] ^= 1;
        Assert.Equal(100, await LeftAsync(bytes));
        bytes[4096] ^= 1;
        var other = await LeftAsync(bytes);
        Assert.Equal([30, 50], new[] { one, other }.Order());
        Assert.Equal(100, await LeftAsync([]));

        async Task<int> LeftAsync(byte[] checkpoint)
        {
            await File.WriteAllBytesAsync(path, checkpoint, TestContext.Current.CancellationToken);
            using var dead = Assert.Single(_journals.AdoptDead());
            return OwnJournals.ReadAll(dead).Count;
        }
    }

    [Fact]
    public async Task Living_journal_passes_over_damage_and_goes_on()
    {
        await using var journal = _journals.Open();
        for (var sequence = 1; sequence <= 50; sequence++)
        {
            journal.TryAppendEnd(SampleRecords.End(sequence), hasBegun: false);
        }

        await using (var file = new FileStream(_journals.Segments()[0], FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite))
        {
            file.Position = 20;
            file.WriteByte(0xFF);
        }

        var given = OwnJournals.ReadAll(journal.Reader);
        while (given.Count < 49)
        {
            using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(20));
            Assert.True(await journal.Reader.WaitToReadAsync(patience.Token));
            given.AddRange(OwnJournals.ReadAll(journal.Reader));
        }

        Assert.Equal(Enumerable.Range(2, 49).Select(sequence => (long)sequence), given.Select(one => one.Event.Sequence));
        Assert.Equal(1, journal.Reader.Damages);
    }

    private static byte[] Damage(Random random, byte[] bytes, bool[] hit)
    {
        if (bytes.Length == 0)
        {
            return bytes;
        }

        var from = random.Next(bytes.Length);
        var to = Math.Min(bytes.Length, from + random.Next(1, 6_000));
        switch (random.Next(4))
        {
            case 0:
                bytes[from] ^= (byte)(1 << random.Next(8));
                hit[from] = true;
                return bytes;
            case 1:
                bytes.AsSpan(from..to).Clear();
                hit.AsSpan(from..to).Fill(true);
                return bytes;
            case 2:
                random.NextBytes(bytes.AsSpan(from..to));
                hit.AsSpan(from..to).Fill(true);
                return bytes;
            default:
                hit.AsSpan(from).Fill(true);
                return bytes[..from];
        }
    }

    /// <summary>Where the records of these files are.</summary>
    private static List<(int File, int From, int To, long Sequence, bool IsHit)> Records(Guid id, byte[][] files)
    {
        var scan = new SegmentScan(id);
        var records = new List<(int, int, int, long, bool)>();
        for (var file = 0; file < files.Length; file++)
        {
            var offset = 0;
            while (scan.At(files[file], file + 1, offset, out var record) == Finding.Record && record.Kind != RecordKind.Seal)
            {
                Assert.True(UsageRecordCodec.TryReadSequence(record.Payload(files[file]), out var sequence));
                records.Add((file, offset, record.Next, sequence, false));
                offset = record.Next;
            }
        }

        return records;
    }

    private async Task<(Guid Id, string Source)> WriteAsync()
    {
        var id = Guid.CreateVersion7();
        await using var journal = _journals.Open(id);
        for (var sequence = 1; sequence <= Events; sequence++)
        {
            var begin = SampleRecords.Begin(sequence);
            await OwnJournals.AppendAsync(() => journal.TryAppendBegin(begin));
            if (sequence % 5 != 0)
            {
                var end = SampleRecords.End(sequence);
                await OwnJournals.AppendAsync(() => journal.TryAppendEnd(end, hasBegun: true));
            }
        }

        return (id, journal.Source);
    }
}
