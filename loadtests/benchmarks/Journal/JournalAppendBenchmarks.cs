using BenchmarkDotNet.Attributes;
using Gateway.Benchmarks.Usage;
using Gateway.Usage.Journal;

namespace Gateway.Benchmarks.Journal;

/// <summary>
/// What a record of the journal costs a request, with segments of the usual size; a request writes two. Between two
/// measurements everything is read and acknowledged. Where two threads write, the figure is the time for a record of either.
/// </summary>
[InProcess]
[MemoryDiagnoser]
public class JournalAppendBenchmarks
{
    private const int Batch = 40_000;

    private string _directory = string.Empty;
    private UsageJournal _journal = null!;
    private UsageRecord _record;
    private long _refused;

    /// <summary>How many write at once.</summary>
    [Params(1, 2)]
    public int Threads { get; set; }

    /// <summary>How often it is put onto the disk; 0 is never.</summary>
    [Params(0, 10)]
    public int SyncMilliseconds { get; set; }

    /// <summary>Opens it.</summary>
    [GlobalSetup]
    public void Open()
    {
        _directory = Directory.CreateTempSubdirectory("journal-benchmark-").FullName;
        var options = new JournalOptions(
            Path.Combine(_directory, "journal"), 1L << 32, TimeSpan.FromDays(1), TimeSpan.FromMilliseconds(SyncMilliseconds), FullJournalPolicy.Refuse);
        _journal = UsageJournal.Open(options, Guid.CreateVersion7(), TimeProvider.System);
        _record = SampleRecord.Mint();
    }

    /// <summary>Makes room: the next segment is there, and nothing is left to be read.</summary>
    [IterationSetup]
    public void Drain()
    {
        var position = default(JournalPosition);
        while (_journal.Reader.TryRead(out var given))
        {
            position = given.Position;
        }

        _journal.Reader.Acknowledge(position);
        SpinWait.SpinUntil(() => _journal.Bytes >= 2 * JournalOptions.DefaultSegmentBytes);
    }

    /// <summary>Deletes it, and says how much was refused: what was not written cost nothing.</summary>
    [GlobalCleanup]
    public void Close()
    {
        Console.WriteLine($"// written: {_journal.Appended}, refused: {_refused}");
        _journal.DisposeAsync().AsTask().GetAwaiter().GetResult();
        Directory.Delete(_directory, recursive: true);
    }

    /// <summary>Records by one or several threads.</summary>
    [Benchmark(OperationsPerInvoke = Batch)]
    public void Append()
    {
        if (Threads == 1)
        {
            Write(Batch);
        }
        else
        {
            Parallel.For(0, Threads, new ParallelOptions { MaxDegreeOfParallelism = Threads }, _ => Write(Batch / Threads));
        }
    }

    private void Write(int count)
    {
        for (var written = 0; written < count; written++)
        {
            if (_journal.TryAppendEnd(_record, hasBegun: false) != AppendResult.Written)
            {
                Interlocked.Increment(ref _refused);
            }
        }
    }
}
