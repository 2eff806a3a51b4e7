namespace Gateway.Keygen.Reconciliation;

/// <summary>Whether a source will still mint, as far as its heartbeats say. Scripts depend on these words.</summary>
internal static class SourceState
{
    /// <summary>Its heartbeats come.</summary>
    public const string Running = "running";

    /// <summary>It has stopped cleanly: nothing follows.</summary>
    public const string Ended = "ended";

    /// <summary>It has not said that it ended, and says nothing any more: killed, or cut off.</summary>
    public const string Silent = "silent";

    /// <summary>It never sent a heartbeat: a gateway from before there were any.</summary>
    public const string Unannounced = "unannounced";

    public static string Of(SourceRow row) => row switch
    {
        { EndedAt: not null } => Ended,
        { AnnouncedAt: null } => Unannounced,
        { IsSilent: true } => Silent,
        _ => Running,
    };
}
