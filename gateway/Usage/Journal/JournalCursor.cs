namespace Gateway.Usage.Journal;

/// <summary>
/// Goes through the segments that this process writes, record by record. Stops where one is reserved and not written yet, and
/// passes over what is damaged. One caller at a time.
/// </summary>
internal sealed class JournalCursor(SegmentScan scan, SegmentChain chain)
{
    // Damage is looked at for two seconds: its header may have been caught half-way. What was set aside and is not written gets a
    // minute: its writer may be waiting for a processor, or for a disk that stalls. Counted in looks of a tenth of a second, so that a
    // process that was stopped does not take the pause for patience.
    private const int LooksAtDamage = 20;
    private const int LooksAtNothing = 600;

    private Segment? _segment;
    private int _offset;
    private int _looks;
    private long _damages;

    /// <summary>Places that were passed over.</summary>
    public long Damages => Interlocked.Read(ref _damages);

    /// <summary>Where the next record is or will be.</summary>
    public JournalPosition Position => _segment is { } segment ? JournalPosition.At(segment.Number, _offset) : default;

    /// <summary>Whether <see cref="TryNext"/> would give a record or pass over damage.</summary>
    /// <param name="isStuck">Whether something is here that may become readable, or is damage: look again a little later.</param>
    public bool HasNext(out bool isStuck)
    {
        var finding = Find(out _);
        isStuck = IsStuck(finding);
        return finding == Finding.Record || (isStuck && _looks >= PatienceWith(finding));
    }

    /// <summary>Some time has passed since it was stuck.</summary>
    public void LookAgain() => _looks++;

    /// <summary>The next record, and the segment it is in.</summary>
    public bool TryNext(out FoundRecord record, out Segment segment)
    {
        while (true)
        {
            var finding = Find(out record);
            if (finding == Finding.Record)
            {
                segment = _segment!;
                _offset = record.Next;
                _looks = 0;
                return true;
            }

            if (!IsStuck(finding) || _looks < PatienceWith(finding))
            {
                segment = null!;
                return false;
            }

            PassOver();
        }
    }

    private static int PatienceWith(Finding finding) => finding == Finding.Damage ? LooksAtDamage : LooksAtNothing;

    private Finding Find(out FoundRecord record)
    {
        record = default;
        if (_segment is null && (_segment = chain.Find(SegmentChain.FirstNumber)) is null)
        {
            return Finding.End;
        }

        while (true)
        {
            var finding = scan.At(_segment.Span, _segment.Number, _offset, out record);
            if (finding != Finding.End && !(finding == Finding.Record && record.Kind == RecordKind.Seal))
            {
                return finding;
            }

            // All of it is read, though there may be no next one yet.
            _offset = _segment.Size;
            if (chain.Find(_segment.Number + 1) is not { } next)
            {
                return Finding.End;
            }

            // In this order: whoever asks for the position meanwhile is told an earlier one.
            _offset = 0;
            _segment = next;
        }
    }

    private bool IsStuck(Finding finding) =>
        finding == Finding.Damage || (finding == Finding.Nothing && _offset < Math.Min(_segment!.Tail, (uint)_segment.Size));

    private void PassOver()
    {
        var written = (int)Math.Min(_segment!.Tail, (uint)_segment.Size);
        var next = scan.FindNext(_segment.Span[..written], _segment.Number, _offset);
        _offset = next < 0 ? written : next;
        _looks = 0;
        Interlocked.Increment(ref _damages);
    }
}
