namespace Gateway.Usage.Journal;

/// <summary>Gives a journal's events, in the order in which they ended. For one caller at a time.</summary>
internal interface IJournalReader
{
    /// <summary>Places that could not be read and were passed over.</summary>
    long Damages { get; }

    /// <summary>The next event, if there is one now.</summary>
    bool TryRead(out JournalEvent journalEvent);

    /// <summary>Waits until it makes sense to read; false when nothing will come any more.</summary>
    ValueTask<bool> WaitToReadAsync(CancellationToken cancellationToken);

    /// <summary>
    /// Everything given up to here is safe elsewhere and need not be given again, even after a crash. In order; what was
    /// acknowledged already does no harm.
    /// </summary>
    void Acknowledge(JournalPosition position);
}
