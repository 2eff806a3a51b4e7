using System.Collections.Concurrent;
using Gateway.Contracts.Usage;

namespace Gateway.Usage.Journal;

/// <summary>
/// Reads the journal that this process writes. Remembers which events have begun, so that none of their beginnings is thrown
/// away before they have ended, and writes beginnings anew whose segment nobody else needs any more.
/// </summary>
internal sealed class JournalReader(
    string source, SegmentScan scan, SegmentChain chain, Checkpoint checkpoint, AgeMarks ages, ReaderSignal signal, TimeProvider timeProvider)
    : IJournalReader
{
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(100);

    private readonly JournalCursor _cursor = new(scan, chain);
    private readonly OpenEvents _open = new();
    private readonly SequenceBounds _bounds = new(deleted: 0);
    private readonly ConcurrentQueue<long> _missingEnds = new();

    // Acknowledging and waiting may happen at the same time.
    private readonly ConcurrentQueue<(long Sequence, JournalPosition GivenAt)> _unacknowledged = new();
    private JournalPosition _given;
    private JournalPosition _acknowledged;
    private long _lostBeginnings;
    private long _carried;
    private long _highestRead;
    private bool _areLeftoversFound;
    private volatile bool _isCompleted;

    public long Damages => _cursor.Damages + Interlocked.Read(ref _lostBeginnings);

    /// <summary>Beginnings that were written anew.</summary>
    public long Carried => Interlocked.Read(ref _carried);

    /// <summary>The highest sequence that it has found; 0 without any.</summary>
    public long HighestRead => Interlocked.Read(ref _highestRead);

    /// <summary>Sequences that it will never find.</summary>
    public TakenBackSequences TakenBack { get; } = new();

    /// <summary>Where it is.</summary>
    public JournalPosition Position => _cursor.Position;

    /// <summary>Whether nobody would miss the journal: everything was given and acknowledged, and nothing more can come.</summary>
    public bool IsDrained => _isCompleted && !_cursor.HasNext(out var isStuck) && !isStuck && _open.Count == 0 && _acknowledged >= _given;

    /// <summary>
    /// Sequences up to one whose events are not acknowledged: they have not ended, their records are still to be read, or Kafka
    /// has not taken them yet. Those too that were taken back. May be called by others than the reader.
    /// </summary>
    /// <param name="sequence">One that was minted some time ago, so that its record has been written.</param>
    /// <param name="maximum">Ranges at most; where there are more, the last goes on to <paramref name="sequence"/>.</param>
    public IReadOnlyList<SequenceRange> Pending(long sequence, int maximum)
    {
        var read = Math.Min(HighestRead, sequence);

        // In this order: what ends meanwhile is in the second before it leaves the first.
        var pending = new SortedSet<long>(_open.UpTo(read));
        pending.UnionWith(_unacknowledged.Select(static given => given.Sequence).Where(given => given <= read));
        pending.UnionWith(TakenBack.UpTo(read));
        var ranges = SequenceRange.Of(pending, maximum + 1);
        if (read < sequence)
        {
            ranges = [.. ranges, new SequenceRange(read + 1, sequence)];
        }

        return ranges.Count <= maximum ? ranges : [.. ranges.Take(maximum - 1), ranges[maximum - 1] with { Last = sequence }];
    }

    public bool TryRead(out JournalEvent journalEvent)
    {
        while (_cursor.TryNext(out var record, out var segment))
        {
            var payload = record.Payload(segment.Span);
            if (!UsageRecordCodec.TryReadSequence(payload, out var sequence))
            {
                continue;
            }

            _bounds.Read(segment.Number, sequence);
            if (record.Kind != RecordKind.End)
            {
                // A copy of a beginning counts while the event is open.
                if (record.Kind == RecordKind.Begin || _open.Contains(sequence))
                {
                    _open.Begin(sequence, JournalPosition.At(segment.Number, record.Offset));
                }

                NoteRead(sequence);
            }
            else if (UsageRecordCodec.TryRead(payload, out var ended))
            {
                _given = _cursor.Position;
                _unacknowledged.Enqueue((sequence, _given));
                NoteRead(sequence);
                _open.End(sequence);
                journalEvent = new JournalEvent(ended.ToEvent(source), _given);
                return true;
            }
        }

        return TryReadBegun(out journalEvent);
    }

    public async ValueTask<bool> WaitToReadAsync(CancellationToken cancellationToken)
    {
        while (!CanRead(out _))
        {
            var isCompleted = _isCompleted;
            var written = signal.Arm();
            ForgetAges();
            if (CanRead(out var isStuck))
            {
                return true;
            }

            if (isStuck)
            {
                await Task.WhenAny(written, Task.Delay(Look, timeProvider, cancellationToken));
                cancellationToken.ThrowIfCancellationRequested();
                _cursor.LookAgain();
            }
            else if (isCompleted)
            {
                return false;
            }
            else
            {
                await written.WaitAsync(cancellationToken);
            }
        }

        return true;
    }

    public void Acknowledge(JournalPosition position)
    {
        if (position <= _acknowledged)
        {
            return;
        }

        _acknowledged = position;
        ForgetAges();
        while (_unacknowledged.TryPeek(out var given) && given.GivenAt <= position)
        {
            // One that was given as it began is open until now.
            _open.End(given.Sequence);
            _unacknowledged.TryDequeue(out _);
        }

        Carry(position.Segment);
        if (checkpoint.TryMove(position, _bounds.Before(position.Segment)))
        {
            chain.DeleteBelow(position.Segment, _open.Segments(position.Segment));
        }
    }

    /// <summary>No further event will begin or end: what is open is given as it began.</summary>
    public void Complete()
    {
        _isCompleted = true;
        signal.Wake();
    }

    /// <summary>The end of this event could not be written: it is given as it began.</summary>
    public void EndAsBegun(long sequence)
    {
        _missingEnds.Enqueue(sequence);
        signal.Wake();
    }

    /// <summary>After it is known as open or given: in between, it would not be pending.</summary>
    private void NoteRead(long sequence)
    {
        if (sequence > _highestRead)
        {
            Interlocked.Exchange(ref _highestRead, sequence);
        }
    }

    private bool CanRead(out bool isStuck)
    {
        if (_cursor.HasNext(out isStuck) || _missingEnds.Any(_open.Contains))
        {
            return true;
        }

        if (_isCompleted && !isStuck && !_areLeftoversFound)
        {
            _areLeftoversFound = true;
            var given = _unacknowledged.Select(static given => given.Sequence).ToHashSet();
            foreach (var (sequence, _) in _open.InOrder())
            {
                if (!given.Contains(sequence))
                {
                    _missingEnds.Enqueue(sequence);
                }
            }

            return !_missingEnds.IsEmpty;
        }

        return false;
    }

    /// <summary>An event that has begun and will never end. Its beginning is kept until it is acknowledged.</summary>
    private bool TryReadBegun(out JournalEvent journalEvent)
    {
        for (var count = _missingEnds.Count; count > 0 && _missingEnds.TryDequeue(out var sequence); count--)
        {
            if (!_open.TryGetPosition(sequence, out var beginning))
            {
                // Not read yet, or damaged.
                _missingEnds.Enqueue(sequence);
            }
            else if (TryFind(sequence, beginning, out var payload) && UsageRecordCodec.TryRead(payload, out var begun))
            {
                _given = _given.Another;
                _unacknowledged.Enqueue((sequence, _given));
                journalEvent = new JournalEvent(begun.ToEvent(source), _given);
                return true;
            }
        }

        journalEvent = default;
        return false;
    }

    /// <summary>Writes beginnings anew that are in segments which hold nothing else of use.</summary>
    private void Carry(long below)
    {
        while (_open.TryGetOldest(out var sequence, out var beginning) && beginning.Segment < below)
        {
            if (TryFind(sequence, beginning, out var payload))
            {
                if (chain.Append(RecordKind.Carried, payload, out var copy) != AppendResult.Written)
                {
                    return;
                }

                _open.Begin(sequence, copy);
                Interlocked.Increment(ref _carried);
            }
        }
    }

    private bool TryFind(long sequence, JournalPosition beginning, out ReadOnlySpan<byte> payload)
    {
        if (chain.Find(beginning.Segment) is { } segment
            && scan.At(segment.Span, segment.Number, beginning.Offset, out var record) == Finding.Record)
        {
            payload = record.Payload(segment.Span);
            return true;
        }

        // Damaged since it was read. The hole in the sequence will show it.
        _open.End(sequence);
        Interlocked.Increment(ref _lostBeginnings);
        payload = default;
        return false;
    }

    /// <summary>Where all events are acknowledged, what is open does not grow old: a long request may take as long as it likes.</summary>
    private void ForgetAges() => ages.Forget(_acknowledged >= _given ? _cursor.Position : _acknowledged);
}
