using Gateway.Contracts.DeadLetters;

namespace Gateway.Keygen.DeadLetters;

/// <summary>A message that could not be understood, without its bytes.</summary>
internal record DeadLetter
{
    /// <summary>As the other commands take it: <c>topic/partition/offset</c>.</summary>
    public string Id => new DeadLetterId(Topic, Partition, Offset).ToString();

    public required string Topic { get; init; }

    public required int Partition { get; init; }

    public required long Offset { get; init; }

    public required DateTime RecordedAt { get; init; }

    /// <summary>Why it was refused last.</summary>
    public required string Reason { get; init; }

    /// <summary>Of which gateway it is, where that can be read.</summary>
    public string? Source { get; init; }

    public long? Sequence { get; init; }

    /// <summary>Of its value; null where it has none.</summary>
    public long? Bytes { get; init; }

    /// <summary>When it was stored after it had been sent again; null while it is dead.</summary>
    public DateTime? ReplayedAt { get; init; }

    /// <summary>How often it was sent again and refused again.</summary>
    public long RefusedAgain { get; init; }

    public DateTime? RefusedAgainAt { get; init; }
}
