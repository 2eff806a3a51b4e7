namespace Gateway.Keygen.Reconciliation;

/// <summary>What a look at all rows and dead letters of a source found.</summary>
internal sealed record SequenceFindings
{
    public static readonly SequenceFindings Nothing = new() { Source = string.Empty };

    public required string Source { get; init; }

    /// <summary>Sequences that are not there and may still come.</summary>
    public long Open { get; init; }

    /// <summary>Sequences that are not there because they belong to no event.</summary>
    public long Unanswered { get; init; }

    /// <summary>Such sequences from before the oldest row: whether they were stored, nobody can see any more.</summary>
    public long DroppedUnanswered { get; init; }

    /// <summary>Sequences from before the oldest row that are pending.</summary>
    public long DroppedPending { get; init; }

    /// <summary>Sequences that are not there and should be.</summary>
    public long Missing { get; init; }

    /// <summary>How many ranges those are.</summary>
    public long Ranges { get; init; }

    /// <summary>Where the first few of them begin.</summary>
    public long[] Firsts { get; init; } = [];

    /// <summary>Where they end.</summary>
    public long[] Lasts { get; init; } = [];

    /// <summary>Rows beyond the first of their sequence.</summary>
    public long Doubled { get; init; }
}
