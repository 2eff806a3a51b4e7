namespace Gateway.Usage.Journal;

/// <summary>What became of a record.</summary>
internal enum AppendResult
{
    /// <summary>It survives this process.</summary>
    Written,

    /// <summary>Not written: segments are filled faster than they are made; a few milliseconds later there may be room.</summary>
    NotReady,

    /// <summary>Not written: the journals have as many bytes as they may.</summary>
    CapReached,

    /// <summary>Not written: the disk has no room, or fails.</summary>
    DiskFull,

    /// <summary>Not written: Kafka has taken nothing for too long.</summary>
    TooOld,

    /// <summary>Not written: the journal has been completed.</summary>
    Completed,
}
