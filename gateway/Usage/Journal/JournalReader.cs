using System.Collections.Concurrent;

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
    private readonly ConcurrentQueue<long> _missingEnds = new();
    private JournalPosition _given;
    private JournalPosition _acknowledged;
    private long _lostBeginnings;
    private volatile bool _isCompleted;

    public long Damages => _cursor.Damages + Interlocked.Read(ref _lostBeginnings);

    /// <summary>Where it is.</summary>
    public JournalPosition Position => _cursor.Position;

    /// <summary>Whether nobody would miss the journal: everything was given and acknowledged, and nothing more can come.</summary>
    public bool IsDrained => _isCompleted && !_cursor.HasNext(out var isStuck) && !isStuck && _open.Count == 0 && _acknowledged >= _given;

    public bool TryRead(out JournalEvent journalEvent)
    {
        while (_cursor.TryNext(out var record, out var segment))
        {
            var payload = record.Payload(segment.Span);
            if (!UsageRecordCodec.TryReadSequence(payload, out var sequence))
            {
                continue;
            }

            if (record.Kind != RecordKind.End)
            {
                // A copy of a beginning counts while the event is open.
                if (record.Kind == RecordKind.Begin || _open.Contains(sequence))
                {
                    _open.Begin(sequence, new JournalPosition(segment.Number, record.Offset));
                }
            }
            else if (UsageRecordCodec.TryRead(payload, out var ended))
            {
                _open.End(sequence);
                _given = _cursor.Position;
                journalEvent = new JournalEvent(ended.ToEvent(source), _given);
                return true;
            }
        }

        journalEvent = default;
        return false;
    }

    public async ValueTask<bool> WaitToReadAsync(CancellationToken cancellationToken)
    {
        while (!_cursor.HasNext(out _))
        {
            var isCompleted = _isCompleted;
            var written = signal.Arm();
            WriteMissingEnds();
            if (_cursor.HasNext(out var isStuck))
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
        ages.Forget(position);
        while (_open.TryGetOldest(out var sequence, out var beginning)
            && beginning.Segment < position.Segment
            && TryCopy(sequence, beginning, RecordKind.Carried))
        {
            // Until the oldest beginning is where the events are, too.
        }

        var needed = _open.TryGetOldest(out _, out var oldest) && oldest < position ? oldest : position;
        if (checkpoint.TryMove(needed))
        {
            chain.DeleteBelow(needed.Segment);
        }
    }

    /// <summary>No further event will begin or end: what is open is given as it began.</summary>
    public void Complete()
    {
        _isCompleted = true;
        signal.Wake();
    }

    /// <summary>The end of this event could not be written: it is given as it began once there is room for that.</summary>
    public void EndAsBegun(long sequence)
    {
        _missingEnds.Enqueue(sequence);
        signal.Wake();
    }

    private void WriteMissingEnds()
    {
        for (var count = _missingEnds.Count; count > 0 && _missingEnds.TryDequeue(out var sequence); count--)
        {
            if (!_open.TryGetPosition(sequence, out var beginning) || !TryCopy(sequence, beginning, RecordKind.End))
            {
                _missingEnds.Enqueue(sequence);
            }
        }

        if (!_isCompleted || _cursor.HasNext(out var isStuck) || isStuck)
        {
            return;
        }

        foreach (var (sequence, beginning) in _open.InOrder())
        {
            if (!TryCopy(sequence, beginning, RecordKind.End))
            {
                return;
            }
        }
    }

    /// <summary>Writes what a beginning says once more, as something else.</summary>
    private bool TryCopy(long sequence, JournalPosition beginning, RecordKind kind)
    {
        if (chain.Find(beginning.Segment) is not { } segment
            || scan.At(segment.Span, segment.Number, beginning.Offset, out var record) != Finding.Record)
        {
            // Damaged since it was read. The hole in the sequence will show it.
            _open.End(sequence);
            Interlocked.Increment(ref _lostBeginnings);
            return true;
        }

        if (chain.Append(kind, record.Payload(segment.Span), mayUseReserve: true, out var copy) != AppendResult.Written)
        {
            return false;
        }

        if (kind == RecordKind.Carried)
        {
            _open.Begin(sequence, copy);
        }

        return true;
    }
}
