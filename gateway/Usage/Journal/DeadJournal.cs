using Gateway.Contracts.Usage;

namespace Gateway.Usage.Journal;

/// <summary>
/// The journal of a gateway that is no more, in whatever state. Read through ordinary reads, never through a map: a file that
/// was cut short, or a disk that fails, cannot harm this process. Gives every event that had ended, then those that had only
/// begun, as they began, each once; and all that were not acknowledged again, should this process die, too.
/// </summary>
internal sealed class DeadJournal : IJournalReader, IDisposable
{
    private readonly string _path;
    private readonly DirectoryLock _lock;
    private readonly Checkpoint _checkpoint;
    private readonly SegmentScan _scan;
    private readonly DeadSegment _segment;
    private readonly IReadOnlyList<long> _numbers;
    private readonly JournalPosition _alreadyAcknowledged;
    private readonly OpenEvents _open = new();
    private readonly SequenceSet _ended = new();
    private readonly SequenceSet _seen = new();
    private readonly SequenceBounds _bounds;
    private readonly long _deletedSequence;
    private readonly bool _isWhole;
    private readonly long _unmetered;
    private IReadOnlyList<(long Sequence, JournalPosition Position)>? _begun;
    private int _nextNumber;
    private int _nextBegun;
    private int _offset;
    private int _segmentBytes;
    private bool _isRead;
    private JournalPosition _given;
    private JournalPosition _acknowledged;
    private long _damages;

    /// <exception cref="IOException">It cannot be read now.</exception>
    public DeadJournal(Guid id, string path, DirectoryLock directoryLock)
    {
        Source = UsageJournal.SourceOf(id);
        _path = path;
        _lock = directoryLock;
        _scan = new SegmentScan(id);
        _checkpoint = Checkpoint.Open(id, path);
        _segment = new DeadSegment(path);
        _numbers = Segment.Numbers(path);
        _alreadyAcknowledged = _checkpoint.Position;
        _deletedSequence = _checkpoint.DeletedSequence;
        _bounds = new SequenceBounds(_deletedSequence);
        _isWhole = IsWhole();
        _unmetered = directoryLock.ReadUnmetered();
        _given = _alreadyAcknowledged;
        _acknowledged = _alreadyAcknowledged;
    }

    public string Source { get; }

    public long Damages => Interlocked.Read(ref _damages) + _segment.Failures;

    /// <summary>Places that were empty among records: writers that were killed in the middle of one that nobody was told of, or a page of zeros.</summary>
    public long Gaps { get; private set; }

    /// <summary>Bytes of the files that are read, all in all.</summary>
    public long Bytes { get; private set; }

    /// <summary>Whether all of it was given and acknowledged: then it may be deleted.</summary>
    public bool IsDrained => _isRead && _acknowledged >= _given;

    /// <summary>
    /// The highest sequence that was found so far, or that was served without an event; 0 without any. What was acknowledged
    /// long ago is gone.
    /// </summary>
    public long HighestSequence => Math.Max(_seen.Highest, _unmetered);

    /// <summary>
    /// Once all is read: sequences that were minted and never written, because the gateway was killed in between. Nothing of
    /// their requests was answered. Empty where that is not certain: where there is damage, or the machine has been started
    /// since. Never one whose record may have been in a segment that is acknowledged and gone.
    /// </summary>
    public IReadOnlyList<SequenceRange> Unanswered(int maximum) =>
        _isRead && _isWhole && Damages == 0 && _lock.IsOfThisBoot() ? SequenceRange.Of(_seen.MissingAfter(_deletedSequence), maximum) : [];

    public bool TryRead(out JournalEvent journalEvent)
    {
        while (_begun is null && TryNext(out var record))
        {
            var payload = record.Payload(_segment.Span);
            if (!UsageRecordCodec.TryReadSequence(payload, out var sequence))
            {
                continue;
            }

            _seen.Add(sequence);
            _bounds.Read(_segment.Number, sequence);
            if (record.Kind != RecordKind.End)
            {
                // A copy of a beginning may have been written just after the end.
                if (record.Kind == RecordKind.Begin || !_ended.Contains(sequence))
                {
                    _open.Begin(sequence, JournalPosition.At(_segment.Number, record.Offset));
                }
            }
            else if (UsageRecordCodec.TryRead(payload, out var ended))
            {
                _open.End(sequence);
                _ended.Add(sequence);
                var position = JournalPosition.At(_segment.Number, _offset);
                if (position > _alreadyAcknowledged)
                {
                    return Give(ended, position, out journalEvent);
                }
            }
        }

        return TryReadBegun(out journalEvent);
    }

    public ValueTask<bool> WaitToReadAsync(CancellationToken cancellationToken) => ValueTask.FromResult(!_isRead);

    public void Acknowledge(JournalPosition position)
    {
        if (position <= _acknowledged)
        {
            return;
        }

        _acknowledged = position;
        if (_checkpoint.TryMove(position, _bounds.Before(position.Segment)))
        {
            var kept = _open.Segments(position.Segment);
            foreach (var number in Segment.Numbers(_path))
            {
                if (number < position.Segment && !kept.Contains(number))
                {
                    Segment.TryDelete(Path.Combine(_path, Segment.FileName(number)));
                }
            }
        }
    }

    /// <summary>Deletes the journal, which must be drained.</summary>
    public void Delete() => Delete(_path, _lock);

    /// <summary>Lets go of the journal: unless it was deleted, the next one may take it.</summary>
    public void Dispose()
    {
        _checkpoint.Dispose();
        _lock.Dispose();
    }

    /// <summary>Deletes a journal's files, the lock last. What another version has put there stays, and the directory with it.</summary>
    public static void Delete(string path, DirectoryLock directoryLock)
    {
        try
        {
            foreach (var number in Segment.Numbers(path))
            {
                File.Delete(Path.Combine(path, Segment.FileName(number)));
            }

            Checkpoint.Delete(path);
            if (Directory.EnumerateFileSystemEntries(path).Count() == 1)
            {
                directoryLock.Delete();
                Directory.Delete(path);
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // It is found again, and given again with the same ids.
        }
    }

    private bool TryNext(out FoundRecord record)
    {
        while (_segment.IsLoaded || TryLoadNext())
        {
            switch (_scan.At(_segment.Span, _segment.Number, _offset, out record))
            {
                case Finding.Record when record.Kind != RecordKind.Seal:
                    _offset = record.Next;
                    return true;
                case Finding.Nothing:
                    Gaps += PassOver() ? 1 : 0;
                    break;
                case Finding.Damage:
                    PassOver();
                    Interlocked.Increment(ref _damages);
                    break;
                default:
                    _segment.Unload();
                    break;
            }
        }

        record = default;
        return false;
    }

    /// <summary>Whether the gateway was killed while it made the segment ready.</summary>
    private bool IsUnfinished(long number) => number == _numbers[^1] && _segment.Span.IndexOfAnyExcept((byte)0) < 0;

    /// <summary>Whether every segment is there from the checkpoint's on: then what is gone are segments before it.</summary>
    private bool IsWhole()
    {
        var next = Math.Max(_alreadyAcknowledged.Segment, SegmentChain.FirstNumber);
        foreach (var number in _numbers)
        {
            if (number > next)
            {
                return false;
            }

            next += number == next ? 1 : 0;
        }

        return next > _alreadyAcknowledged.Segment;
    }

    /// <summary>Goes to the next record of this segment, if there is one.</summary>
    private bool PassOver()
    {
        var next = _scan.FindNext(_segment.Span, _segment.Number, _offset);
        _offset = next;
        if (next < 0)
        {
            _segment.Unload();
        }

        return next >= 0;
    }

    private bool TryLoadNext()
    {
        if (_nextNumber == _numbers.Count)
        {
            return false;
        }

        var number = _numbers[_nextNumber++];
        _segment.Load(number);
        if (_segmentBytes > 0 && _segment.Span.Length != _segmentBytes && !IsUnfinished(number))
        {
            // Cut short: they were all of one size.
            Interlocked.Increment(ref _damages);
        }

        _segmentBytes = _segment.Span.Length;
        Bytes += _segmentBytes;
        _offset = 0;
        return true;
    }

    /// <summary>The events without an end, behind everything else.</summary>
    private bool TryReadBegun(out JournalEvent journalEvent)
    {
        _begun ??= _open.InOrder();
        while (_nextBegun < _begun.Count)
        {
            var (_, position) = _begun[_nextBegun++];
            if (_segment.Number != position.Segment || !_segment.IsLoaded)
            {
                _segment.Load(position.Segment);
            }

            if (_scan.At(_segment.Span, position.Segment, position.Offset, out var record) == Finding.Record
                && UsageRecordCodec.TryRead(record.Payload(_segment.Span), out var begun))
            {
                return Give(begun, _given.Another, out journalEvent);
            }

            Interlocked.Increment(ref _damages);
        }

        _segment.Unload();
        _isRead = true;
        journalEvent = default;
        return false;
    }

    private bool Give(in UsageRecord record, JournalPosition position, out JournalEvent journalEvent)
    {
        _given = position;
        journalEvent = new JournalEvent(record.ToEvent(Source), position);
        return true;
    }
}
