using System.Globalization;
using Gateway.Contracts.Usage;

namespace Gateway.Keygen.Reconciliation;

/// <summary>What became of all that a source minted.</summary>
internal sealed record SourceLine
{
    public required string Source { get; init; }

    /// <summary>One of <see cref="SourceState"/>.</summary>
    public required string State { get; init; }

    public DateTime? FirstSeenAt { get; init; }

    public DateTime? LastSeenAt { get; init; }

    public DateTime? AnnouncedAt { get; init; }

    public DateTime? EndedAt { get; init; }

    public required long Minted { get; init; }

    public required long Stored { get; init; }

    public required long Duplicates { get; init; }

    public required long DeadLettered { get; init; }

    /// <summary>May still come, or is known to be under way.</summary>
    public required long Open { get; init; }

    /// <summary>Should be there.</summary>
    public required long Missing { get; init; }

    /// <summary>The first few ranges of what is missing; fewer than all where rows were dropped by retention.</summary>
    public required IReadOnlyList<SequenceRange> MissingRanges { get; init; }

    /// <summary>Ranges beyond those.</summary>
    public required long MoreRanges { get; init; }

    /// <summary>Rows that have a sequence which another row has too.</summary>
    public required long Doubled { get; init; }

    /// <summary>Belongs to no event: the source was killed before it answered the request.</summary>
    public required long Unanswered { get; init; }

    /// <summary>
    /// Where more is under way than a heartbeat can name, the sequence from which on everything counts as open while the source
    /// runs; null where all is named.
    /// </summary>
    public long? NamedUpTo { get; init; }

    /// <param name="row">The counts.</param>
    /// <param name="findings">What its rows say, where they were looked at.</param>
    public static SourceLine Of(SourceRow row, SequenceFindings findings)
    {
        // Of rows that were dropped only the counts are left: what they lack and no heartbeat explains must be missing, wherever it was.
        var absent = row.Minted - row.Stored;
        // A dead letter that came too late may be a copy of a row that was dropped, so it explains none that never came.
        var located = findings.Missing + findings.Open + findings.Unanswered + row.DeadLettered - row.TooOld;
        var unlocated = row.IsCut ? Math.Max(0, absent - located) : 0;
        var unanswered = Math.Min(unlocated, findings.DroppedUnanswered);
        var pending = Math.Min(unlocated - unanswered, findings.DroppedPending);
        return new SourceLine
        {
            Source = row.Source,
            State = SourceState.Of(row),
            FirstSeenAt = row.FirstSeenAt,
            LastSeenAt = row.LastSeenAt,
            AnnouncedAt = row.AnnouncedAt,
            EndedAt = row.EndedAt,
            Minted = row.Minted,
            Stored = row.Stored,
            Duplicates = row.Duplicates,
            DeadLettered = row.DeadLettered,
            Open = findings.Open + pending,
            Missing = findings.Missing + unlocated - unanswered - pending,
            MissingRanges = [.. findings.Firsts.Zip(findings.Lasts, static (first, last) => new SequenceRange(first, last))],
            MoreRanges = findings.Ranges - findings.Firsts.Length,
            Doubled = row.IsCut ? Math.Max(findings.Doubled, -absent) : findings.Doubled,
            Unanswered = findings.Unanswered + unanswered,
            NamedUpTo = row.NamedUpTo,
        };
    }

    /// <summary>The ranges in one text.</summary>
    public string? DescribeRanges()
    {
        var located = string.Join(", ", MissingRanges);
        return (located.Length, MoreRanges) switch
        {
            (0, _) => Missing > 0 ? "unknown" : null,
            (_, 0) => located,
            _ => string.Create(CultureInfo.InvariantCulture, $"{located} and {MoreRanges} more"),
        };
    }
}
