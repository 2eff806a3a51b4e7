namespace Gateway.Keygen.Reconciliation;

/// <summary>What the database has counted of a source.</summary>
internal sealed record SourceRow
{
    public required string Source { get; init; }

    /// <summary>Of its first event.</summary>
    public DateTime? FirstSeenAt { get; init; }

    /// <summary>Of its last event.</summary>
    public DateTime? LastSeenAt { get; init; }

    /// <summary>Of its newest heartbeat.</summary>
    public DateTime? AnnouncedAt { get; init; }

    /// <summary>Of its very last heartbeat.</summary>
    public DateTime? EndedAt { get; init; }

    /// <summary>Whether its newest heartbeat is older than the grace.</summary>
    public bool IsSilent { get; init; }

    /// <summary>The highest sequence that was seen or told of.</summary>
    public long Minted { get; init; }

    /// <summary>Rows that were stored, those included that retention has dropped.</summary>
    public long Stored { get; init; }

    /// <summary>Whether the stored sequences add up to what 1 to <see cref="Minted"/> adds up to.</summary>
    public bool AddsUp { get; init; }

    public long Duplicates { get; init; }

    /// <summary>Sequences that are in a dead letter.</summary>
    public long DeadLettered { get; init; }

    /// <summary>Those of them that came too late to tell whether they are copies.</summary>
    public long TooOld { get; init; }

    /// <summary>
    /// Where the last range begins that its newest heartbeat has named as pending, if those are as many as a heartbeat can name.
    /// </summary>
    public long? NamedUpTo { get; init; }

    /// <summary>Whether retention may have dropped its first rows.</summary>
    public bool IsCut { get; init; }

    /// <summary>Whether its rows have to be looked at one by one.</summary>
    /// <param name="doubt">The hours in which raw rows and ledger differ, if they do.</param>
    public bool IsSuspect(DoubtfulHours? doubt) =>
        Stored != Minted || !AddsUp || (doubt is not null && FirstSeenAt < doubt.To && LastSeenAt >= doubt.From);
}
