namespace Gateway.Contracts.Usage;

/// <summary>
/// How far a source has counted, so that the loss of its last events is seen too. It is no usage event: it bills nobody and
/// has no place in the sequence. It says what was minted, not what has arrived, and may be read before the events it speaks of.
/// Its JSON form (<see cref="UsageHeartbeatJson"/>) is a CloudEvents 1.0 structured event of type <c>gateway.heartbeat.v1</c>.
/// </summary>
public sealed record UsageHeartbeat
{
    /// <summary>Ranges of each kind that a heartbeat names at most.</summary>
    public const int MaximumRanges = 10_000;

    /// <summary>Unique for ever; a UUID of version 7.</summary>
    public required Guid Id { get; init; }

    /// <summary>Whose: as in <see cref="UsageEvent.Source"/>.</summary>
    public required string Source { get; init; }

    /// <summary>When it was sent, UTC, whole microseconds.</summary>
    public required DateTimeOffset Time { get; init; }

    /// <summary>Every sequence up to this one had been given by then; 0 where none had.</summary>
    public required long LastSequence { get; init; }

    /// <summary>Whether it is the last: the source will mint no more, and everything it minted was delivered before.</summary>
    public required bool Ended { get; init; }

    /// <summary>
    /// Sequences up to <see cref="LastSequence"/> whose events are known to be still to come: requests under way, such as
    /// WebSockets, and what waits for Kafka; and those of which the last heartbeat will say that they are unanswered.
    /// Ascending, apart from each other. Where it has <see cref="MaximumRanges"/>, there may have been more than can be named:
    /// then the last of them goes on to where all before was written, whatever is in it.
    /// </summary>
    public IReadOnlyList<SequenceRange> Pending { get; init; } = [];

    /// <summary>
    /// Sequences up to <see cref="LastSequence"/> that belong to no event: the source was killed between minting them and
    /// answering their requests, or could not write them down and gave no answer. Only with <see cref="Ended"/>; ascending, apart from each other.
    /// </summary>
    public IReadOnlyList<SequenceRange> Unanswered { get; init; } = [];
}
