using System.Runtime.CompilerServices;
using Gateway.Contracts.Usage;

namespace Gateway.Usage.Journal;

/// <summary>
/// The usage events of this gateway between the request and Kafka, on disk. What was answered with
/// <see cref="AppendResult.Written"/> survives this process however it ends; whoever finds the directory afterwards
/// (<see cref="JournalDirectory.TryAdopt"/>) publishes what was not acknowledged, with the same ids.
/// </summary>
internal sealed class UsageJournal : IAsyncDisposable
{
    private const int QuietLooks = 20;

    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(100);
    private static readonly int Results = Enum.GetValues<AppendResult>().Length;

    private readonly string _path;
    private readonly DirectoryLock _lock;
    private readonly Checkpoint _checkpoint;
    private readonly SegmentScan _scan;
    private readonly SegmentChain _chain;
    private readonly JournalReader _reader;
    private readonly JournalUpkeep _upkeep;
    private readonly FullJournalPolicy _whenFull;
    private readonly long[] _refused = new long[Results];
    private long _events;
    private volatile bool _isCompleted;

    private UsageJournal(JournalOptions options, Guid id, string path, DirectoryLock directoryLock, TimeProvider timeProvider)
    {
        Source = SourceOf(id);
        _path = path;
        _lock = directoryLock;
        _whenFull = options.WhenFull;
        _scan = new SegmentScan(id);
        _checkpoint = Checkpoint.Open(id, path);
        var signal = new ReaderSignal();
        _chain = new SegmentChain(id, path, new JournalDirectory(options), options, signal);
        var ages = new AgeMarks();
        _reader = new JournalReader(Source, _scan, _chain, _checkpoint, ages, signal, timeProvider);
        _upkeep = new JournalUpkeep(_chain, ages, options, timeProvider);
    }

    /// <summary>The source of all of its events.</summary>
    public string Source { get; }

    public IJournalReader Reader => _reader;

    /// <summary>
    /// Whether a request may be let in, and if not, why. Of the last segment half is kept for the requests that were, so
    /// that none of them has to be taken back when its answer is about to leave.
    /// </summary>
    public AppendResult Room => _isCompleted ? AppendResult.Completed : _upkeep.IsTooOld ? AppendResult.TooOld : _chain.Room;

    /// <summary>Records that were written.</summary>
    public long Appended => _chain.Records - _reader.Carried;

    /// <summary>Events that were written, each counted once.</summary>
    public long Events => Interlocked.Read(ref _events);

    /// <summary>Bytes on disk.</summary>
    public long Bytes => _chain.Bytes;

    /// <summary>How long the oldest event that is not acknowledged has been waiting; to within a second, or a thousandth of it.</summary>
    public TimeSpan OldestAge => _upkeep.OldestAge;

    /// <summary>What the disk refused to keep in the last attempt to sync; null when all is well.</summary>
    public string? SyncProblem => _upkeep.SyncProblem;

    public static string SourceOf(Guid id) => $"gateway/{id}";

    /// <summary>Makes the journal of this process. Takes some milliseconds.</summary>
    /// <param name="options">Where, and how much.</param>
    /// <param name="id">New for every start of a gateway.</param>
    /// <param name="timeProvider">For ages and waiting.</param>
    /// <exception cref="Hosting.Settings.SettingException">The directory cannot be used. A full disk is no reason: see <see cref="Room"/>.</exception>
    public static UsageJournal Open(JournalOptions options, Guid id, TimeProvider timeProvider)
    {
        var (path, directoryLock) = new JournalDirectory(options).Create(id);
        return new UsageJournal(options, id, path, directoryLock, timeProvider);
    }

    /// <summary>Requests of which nothing was answered because their events could not be written.</summary>
    public int TakenBackRequests => _reader.TakenBack.Count;

    /// <summary>
    /// The highest sequence that will be found here whatever happens now: by this process, or by whoever adopts the journal.
    /// </summary>
    /// <param name="minted">One that was minted some time ago, so that it has been written or taken back.</param>
    public long CertainSequence(long minted) => Math.Max(_reader.HighestRead, _reader.TakenBack.Skip(minted));

    /// <summary>A sequence belongs to no event: it could not be written, and nothing of its request was answered.</summary>
    public void TakeBack(long sequence) => _reader.TakenBack.Add(sequence);

    /// <summary>Sequences up to one that were taken back.</summary>
    /// <param name="sequence">The last.</param>
    /// <param name="maximum">Ranges at most.</param>
    public IReadOnlyList<SequenceRange> TakenBack(long sequence, int maximum) =>
        SequenceRange.Of(_reader.TakenBack.UpTo(sequence), maximum);

    /// <inheritdoc cref="JournalReader.Pending"/>
    public IReadOnlyList<SequenceRange> Pending(long sequence, int maximum) => _reader.Pending(sequence, maximum);

    /// <summary>Records that were refused for a reason.</summary>
    public long Refused(AppendResult reason) => Interlocked.Read(ref _refused[(int)reason]);

    /// <summary>
    /// Before an answer leaves: everything that bills it. Of a request that was let in while there was <see cref="Room"/>: for
    /// it, room is kept. Where <see cref="AppendResult.Written"/> comes back, <see cref="TryAppendEnd"/> must follow with the
    /// same sequence.
    /// </summary>
    public AppendResult TryAppendBegin(in UsageRecord record) => AppendNew(RecordKind.Begin, record);

    /// <summary>
    /// The final event, of a request that was let in, too. Should there be no room all the same for one that has begun, it is
    /// published as it began, and only what happened after the beginning is unknown.
    /// </summary>
    public AppendResult TryAppendEnd(in UsageRecord record, bool hasBegun)
    {
        if (!hasBegun)
        {
            return AppendNew(RecordKind.End, record);
        }

        var result = Append(RecordKind.End, record);
        if (result != AppendResult.Written)
        {
            _reader.EndAsBegun(record.Sequence);
        }

        return result;
    }

    /// <summary>
    /// A request is served that has no event: should this process be killed, whoever finds the directory tells how far the
    /// sequence had got, so that it is missed. Where the journal refuses requests instead there is nothing to note.
    /// </summary>
    public void NoteUnmetered(long sequence)
    {
        if (_whenFull == FullJournalPolicy.GoOn)
        {
            _lock.NoteUnmetered(sequence);
        }
    }

    /// <summary>No more requests will come. What is open by now is given as it began; the reader ends when all is read.</summary>
    public void Complete()
    {
        _isCompleted = true;
        _reader.Complete();
    }

    /// <summary>Lets go of the journal, after its reader has stopped; deletes it where everything is acknowledged.</summary>
    public async ValueTask DisposeAsync()
    {
        Complete();
        await _upkeep.DisposeAsync();
        var isDrained = _reader.IsDrained;
        var end = await _chain.CloseAsync();

        // A request that was slow to notice the end may have written one more in between.
        isDrained &= _reader.Position >= end;
        for (var looks = 0; !_chain.IsWritten(_scan, _reader.Position, end); looks++)
        {
            if (looks == QuietLooks)
            {
                // A request hangs in the middle of a record. Taking the map away from it would kill the process.
                return;
            }

            await Task.Delay(Look);
        }

        await _chain.DisposeAsync();
        _checkpoint.Dispose();
        if (isDrained)
        {
            DeadJournal.Delete(_path, _lock);
        }

        _lock.Dispose();
    }

    private AppendResult AppendNew(RecordKind kind, in UsageRecord record)
    {
        var result = Append(kind, record);
        if (result == AppendResult.Written)
        {
            Interlocked.Increment(ref _events);
        }

        return result;
    }

    [SkipLocalsInit]
    private AppendResult Append(RecordKind kind, in UsageRecord record)
    {
        var result = _isCompleted ? AppendResult.Completed : AppendResult.Written;
        if (result == AppendResult.Written)
        {
            Span<byte> payload = stackalloc byte[UsageRecordCodec.MaximumBytes];
            result = _chain.Append(kind, payload[..UsageRecordCodec.Write(record, payload)], out _);
        }

        if (result != AppendResult.Written)
        {
            Interlocked.Increment(ref _refused[(int)result]);
        }

        return result;
    }
}
