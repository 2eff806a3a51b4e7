namespace Gateway.Usage.Journal;

/// <summary>What a record of the journal is. The numbers are on disk and never change.</summary>
internal enum RecordKind : byte
{
    /// <summary>The event as it is before its answer leaves: everything that bills it.</summary>
    Begin = 1,

    /// <summary>The final event, complete by itself.</summary>
    End = 2,

    /// <summary>A copy of a <see cref="Begin"/> whose own segment is wanted back. Means nothing once its event has ended.</summary>
    Carried = 3,

    /// <summary>No event: nothing more comes in this segment, the next one goes on.</summary>
    Seal = 4,
}
