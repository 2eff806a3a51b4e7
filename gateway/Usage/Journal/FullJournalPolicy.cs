namespace Gateway.Usage.Journal;

/// <summary>What becomes of requests that cannot be metered because the journal takes no more.</summary>
internal enum FullJournalPolicy
{
    /// <summary>They are answered with 503: nothing is served that is not billed.</summary>
    Refuse,

    /// <summary>They go on, unmetered and counted; their sequence numbers are missing for good.</summary>
    GoOn,
}
