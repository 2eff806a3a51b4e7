namespace Gateway.UsageProcessor.Consuming;

/// <summary>
/// A partition that the group has given to this processor, from its assignment to its revocation. Its messages are taken
/// only while it is <see cref="IsPositioned"/>: between "the database said where" and "the database said otherwise".
/// </summary>
internal sealed class AssignedPartition(int number)
{
    private long? _doubtedAt;

    public int Number => number;

    /// <summary>
    /// The row of <c>consumer_offsets</c> as this processor read it or last wrote it; null until it was read. The next
    /// transaction advances the row only if it still says this.
    /// </summary>
    public long? StoredOffset { get; private set; }

    /// <summary>Whether the consumer still has to be sent to where the database says.</summary>
    public bool NeedsSeek { get; private set; }

    /// <summary>Whether messages that arrive are the ones to take.</summary>
    public bool IsPositioned => StoredOffset is not null && !NeedsSeek;

    /// <summary>The offset that has to come next.</summary>
    public long NextOffset { get; private set; }

    /// <summary>The database has said where to go on.</summary>
    public void Found(long storedOffset)
    {
        StoredOffset = storedOffset;
        NextOffset = storedOffset;
        NeedsSeek = true;
        _doubtedAt = null;
    }

    /// <summary>The consumer stands at <see cref="NextOffset"/>.</summary>
    public void Positioned() => NeedsSeek = false;

    /// <summary>The database disagrees with what we believed: read it again before anything else.</summary>
    public void Forget() => StoredOffset = null;

    /// <summary>A transaction has advanced the row to here.</summary>
    public void Stored(long nextOffset) => StoredOffset = nextOffset;

    /// <summary>
    /// Whether to take the message. One that does not follow its predecessor is not believed the first time: the consumer
    /// is sent back to ask again, so that no message can be skipped by mistake. If it comes again, the log itself jumps
    /// (retention has deleted a part, or the topic was made anew) and <paramref name="jumpedFrom"/> says from where.
    /// </summary>
    public bool Accept(long offset, out long? jumpedFrom)
    {
        jumpedFrom = null;
        if (offset != NextOffset)
        {
            if (_doubtedAt != NextOffset)
            {
                _doubtedAt = NextOffset;
                NeedsSeek = true;
                return false;
            }

            jumpedFrom = NextOffset;
        }

        NextOffset = offset + 1;
        return true;
    }
}
