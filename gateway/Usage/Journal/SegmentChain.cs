namespace Gateway.Usage.Journal;

/// <summary>
/// The segments of a journal. Many threads append at once without a lock: each sets room aside with one atomic addition and
/// copies its record there. The next segment is made in the background before it is needed.
/// </summary>
internal sealed class SegmentChain : IAsyncDisposable
{
    public const long FirstNumber = 1;

    private static readonly TimeSpan Look = TimeSpan.FromSeconds(1);

    private readonly string _path;
    private readonly JournalDirectory _directory;
    private readonly JournalOptions _options;
    private readonly uint _seed;
    private readonly ReaderSignal _signal;
    private readonly Lock _lock = new();
    private readonly SortedDictionary<long, Segment> _segments = [];
    private readonly CancellationTokenSource _stopping = new();
    private readonly SemaphoreSlim _spareTaken = new(0);
    private readonly Task _preparing;
    private volatile Segment? _current;
    private volatile Segment? _spare;
    private volatile AppendResult _problem = AppendResult.NotReady;
    private long _nextNumber = FirstNumber;
    private long _retiredRecords;
    private long _futileReservations;
    private long _firstUnsynced;
    private bool _isClosed;

    public SegmentChain(Guid journal, string path, JournalDirectory directory, JournalOptions options, ReaderSignal signal)
    {
        _path = path;
        _directory = directory;
        _options = options;
        _seed = RecordFormat.Seed(journal);
        _signal = signal;
        Prepare();
        TryAdvance(from: null);
        _preparing = Task.Run(PrepareAsync);
    }

    /// <summary>Records that were written.</summary>
    public long Records
    {
        get
        {
            lock (_lock)
            {
                return _retiredRecords + _segments.Values.Sum(static segment => segment.Reservations) - Interlocked.Read(ref _futileReservations);
            }
        }
    }

    /// <summary>Bytes of the files.</summary>
    public long Bytes
    {
        get
        {
            lock (_lock)
            {
                return (_segments.Count + (_spare is null ? 0 : 1)) * (long)_options.SegmentBytes;
            }
        }
    }

    /// <summary>Where the next record goes.</summary>
    public JournalPosition Tail => _current is { } current ? JournalPosition.At(current.Number, (int)Math.Min(current.Tail, current.Size)) : default;

    /// <summary>Whether there is another segment, or at least half of the last one; if not, why.</summary>
    public AppendResult Room =>
        _spare is not null || (_current is { } current && current.Tail <= current.Size / 2) ? AppendResult.Written : _problem;

    /// <summary>Writes a record. Never waits for the disk, never throws.</summary>
    /// <param name="kind">What it is.</param>
    /// <param name="payload">Its bytes.</param>
    /// <param name="position">Where it is.</param>
    public AppendResult Append(RecordKind kind, ReadOnlySpan<byte> payload, out JournalPosition position)
    {
        var size = RecordFormat.Size(payload.Length);
        var checksum = RecordFormat.PayloadChecksum(_seed, payload);
        position = default;
        while (true)
        {
            var segment = _current;
            if (segment is not null && segment.Tail < segment.Size)
            {
                var start = segment.Reserve(size);
                if (start + size <= segment.Size)
                {
                    position = JournalPosition.At(segment.Number, (int)start);
                    segment.Write((int)start, RecordFormat.Header(kind, payload.Length, checksum, position), payload);
                    _signal.Wake();
                    return AppendResult.Written;
                }

                Interlocked.Increment(ref _futileReservations);
                if (start < segment.Size)
                {
                    Seal(segment, (int)start);
                }
            }

            if (!TryAdvance(segment))
            {
                return _problem;
            }
        }
    }

    public Segment? Find(long number)
    {
        lock (_lock)
        {
            return _segments.GetValueOrDefault(number);
        }
    }

    /// <summary>Deletes segments that are acknowledged. Nobody may read there any more.</summary>
    /// <param name="number">The first that is not.</param>
    /// <param name="kept">Those that are needed all the same.</param>
    public void DeleteBelow(long number, IReadOnlySet<long> kept)
    {
        while (Take(number, kept) is { } segment)
        {
            segment.Delete();
            _spareTaken.Release();
        }
    }

    /// <summary>Puts everything onto the disk; blocks for as long as that takes. One caller at a time.</summary>
    public void Sync()
    {
        Segment[] segments;
        lock (_lock)
        {
            segments = [.. _segments.Values.Where(segment => segment.Number >= _firstUnsynced)];
        }

        foreach (var segment in segments)
        {
            segment.Sync();
        }

        if (segments.Length > 0)
        {
            // A writer may still be busy in the one before the last.
            _firstUnsynced = segments[^1].Number - 1;
        }
    }

    /// <summary>Whether everything that was reserved between two places has been written.</summary>
    public bool IsWritten(SegmentScan scan, JournalPosition from, JournalPosition to)
    {
        for (var number = Math.Max(from.Segment, FirstNumber); number <= to.Segment; number++)
        {
            if (Find(number) is not { } segment)
            {
                continue;
            }

            var offset = number == from.Segment ? from.Offset : 0;
            var end = number == to.Segment ? to.Offset : segment.Size;
            while (offset < end)
            {
                var finding = scan.At(segment.Span, number, offset, out var record);
                if (finding == Finding.Nothing)
                {
                    return false;
                }

                // Behind damage nothing can be said, and behind a seal there is nothing.
                offset = finding == Finding.Record && record.Kind != RecordKind.Seal ? record.Next : end;
            }
        }

        return true;
    }

    /// <summary>Nothing can be appended any more.</summary>
    /// <returns>Up to where it was.</returns>
    public async Task<JournalPosition> CloseAsync()
    {
        lock (_lock)
        {
            _isClosed = true;
        }

        await _stopping.CancelAsync();
        await _preparing.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _spare?.Delete();
        _spare = null;
        return _current is { } current ? JournalPosition.At(current.Number, (int)current.Close()) : default;
    }

    /// <summary>Only after <see cref="CloseAsync"/>, and when nobody is writing what was reserved before it.</summary>
    public ValueTask DisposeAsync()
    {
        lock (_lock)
        {
            _current = null;
            foreach (var segment in _segments.Values)
            {
                segment.Dispose();
            }

            _segments.Clear();
        }

        _stopping.Dispose();
        _spareTaken.Dispose();
        return ValueTask.CompletedTask;
    }

    private Segment? Take(long below, IReadOnlySet<long> kept)
    {
        lock (_lock)
        {
            foreach (var (number, segment) in _segments)
            {
                if (number >= below || segment == _current)
                {
                    return null;
                }

                if (!kept.Contains(number))
                {
                    _segments.Remove(number);
                    _retiredRecords += segment.Reservations;
                    return segment;
                }
            }

            return null;
        }
    }

    private void Seal(Segment segment, int start) =>
        segment.Write(start, RecordFormat.Header(RecordKind.Seal, 0, _seed, JournalPosition.At(segment.Number, start)), []);

    /// <summary>Goes on in the next segment, unless somebody else has done so.</summary>
    private bool TryAdvance(Segment? from)
    {
        lock (_lock)
        {
            if (_current != from)
            {
                return true;
            }

            if (_isClosed || _spare is not { } next)
            {
                return false;
            }

            _segments.Add(next.Number, next);
            _current = next;
            _problem = AppendResult.NotReady;
            _spare = null;
        }

        _spareTaken.Release();
        return true;
    }

    private async Task PrepareAsync()
    {
        while (!_stopping.IsCancellationRequested)
        {
            if (_spare is null)
            {
                Prepare();
            }

            // Asked again and again where there was no room, in case others have made some.
            await _spareTaken.WaitAsync(Look, _stopping.Token);
        }
    }

    private void Prepare()
    {
        try
        {
            if (_directory.Bytes() + _options.SegmentBytes > _options.MaximumBytes)
            {
                _problem = AppendResult.CapReached;
                return;
            }

            _spare = Segment.Create(_path, _nextNumber, _options.SegmentBytes);
            _nextNumber++;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or OutOfMemoryException)
        {
            _problem = AppendResult.DiskFull;
        }
    }
}
