using Gateway.UsageProcessor.Storage;

namespace Gateway.UsageProcessor.Consuming;

/// <summary>
/// A partition that the group has given to this processor, from its assignment to its revocation. Its messages are taken
/// only while it is <see cref="IsPositioned"/>: after the database said where it goes on, and the log proved to be the one
/// that the database speaks of.
/// </summary>
internal sealed class AssignedPartition(int number)
{
    private long? _doubtedAt;
    private long _lookedAt = -1;
    private bool _isTrusted;
    private bool _isMoving;

    public int Number => number;

    /// <summary>
    /// The row of <c>consumer_offsets</c> as this processor read it or last wrote it; null until it was read. The next
    /// transaction advances the row only if it still says this.
    /// </summary>
    public long? StoredOffset { get; private set; }

    /// <summary>What the database has said and the log has not confirmed yet; null where there is nothing to confirm.</summary>
    public StoredOffset? Unconfirmed { get; private set; }

    /// <summary>
    /// What the log was last seen to have, or the first that was stored of it: as long as it has that, it is the same one. Null
    /// while nothing of it is known.
    /// </summary>
    public StoredOffset? Anchor { get; set; }

    /// <summary>What was stored last, or seen when the log was confirmed.</summary>
    public StoredOffset? LastStored { get; private set; }

    /// <summary>Whether the consumer still has to be sent to where the partition goes on, which is known.</summary>
    public bool NeedsSeek => IsKnown && IsMisplaced;

    /// <summary>Whether messages that arrive are the ones to take.</summary>
    public bool IsPositioned => IsKnown && !IsMisplaced;

    /// <summary>The offset that has to come next.</summary>
    public long NextOffset { get; private set; }

    private bool IsKnown => StoredOffset is not null && _isTrusted;

    private bool IsMisplaced { get; set; }

    /// <summary>The database has said where to go on.</summary>
    public void Found(StoredOffset stored)
    {
        StoredOffset = stored.Next;
        Unconfirmed = _isTrusted ? null : stored;
        GoOnAt(stored.Next);
    }

    /// <summary>The log is the one that was read so far; it goes on here.</summary>
    public void Confirmed(long nextOffset, long? fingerprint)
    {
        Unconfirmed = null;
        _isTrusted = true;
        _isMoving |= nextOffset != StoredOffset;
        Note(nextOffset, fingerprint);
        GoOnAt(nextOffset);
    }

    /// <summary>The log is another one, and it goes on here. The anchor holds until that is stored, or it would never be noticed again.</summary>
    public void GoBack(long nextOffset)
    {
        _isMoving = true;
        LastStored = null;
        GoOnAt(nextOffset);
    }

    /// <summary>The consumer stands at <see cref="NextOffset"/>.</summary>
    public void Positioned() => IsMisplaced = false;

    /// <summary>
    /// To be called now and then: where nothing has come since the last time, the consumer is sent to where it should stand once
    /// more. It may have lost sight of the partition: librdkafka discards a seek that follows a resume too soon (its issue 5591).
    /// </summary>
    public void LookAtProgress()
    {
        IsMisplaced |= NextOffset == _lookedAt;
        _lookedAt = NextOffset;
    }

    /// <summary>
    /// The database disagrees with what we believed: read it again before anything else. A log for whose sake the partition was
    /// to be moved has to be looked at again, as the database does not know of the move.
    /// </summary>
    public void Forget()
    {
        _isTrusted &= !_isMoving;
        _isMoving = false;
        StoredOffset = null;
        Unconfirmed = null;
    }

    /// <summary>The log may be another one by now: nothing is taken until the database was read and the log looked at again.</summary>
    public void Doubt()
    {
        _isTrusted = false;
        Unconfirmed = null;
    }

    /// <summary>A transaction has brought the row to here.</summary>
    /// <param name="nextOffset">Where the partition goes on.</param>
    /// <param name="fingerprint">Of the message before, null where it is not known.</param>
    /// <param name="hasMoved">Whether it moved the row, which may be for the sake of another log.</param>
    public void Stored(long nextOffset, long? fingerprint, bool hasMoved = false)
    {
        if (hasMoved)
        {
            _isMoving = false;
            Anchor = null;
        }

        StoredOffset = nextOffset;
        Note(nextOffset, fingerprint);
    }

    /// <summary>
    /// Whether to take the message. One that does not follow its predecessor is not believed the first time: the consumer
    /// is sent back to ask again, so that no message can be skipped by mistake.
    /// </summary>
    public Arrival Judge(long offset)
    {
        if (offset == NextOffset)
        {
            NextOffset = offset + 1;
            return Arrival.InOrder;
        }

        if (_doubtedAt != NextOffset)
        {
            _doubtedAt = NextOffset;
            IsMisplaced = true;
            return Arrival.SentBack;
        }

        return Arrival.Jump;
    }

    /// <summary>There never was a message for us between: Kafka's own records of transactions take offsets, too.</summary>
    public void PassHole(long offset) => NextOffset = offset + 1;

    private void Note(long nextOffset, long? fingerprint)
    {
        if (fingerprint is not null)
        {
            LastStored = new StoredOffset(nextOffset, fingerprint, IsNew: false);
            Anchor ??= LastStored;
        }
    }

    private void GoOnAt(long nextOffset)
    {
        NextOffset = nextOffset;
        IsMisplaced = true;
        _doubtedAt = null;
    }
}
