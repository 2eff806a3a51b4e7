namespace Gateway.UsageProcessor.Continuity;

/// <summary>What happens when unread messages are gone from the log, or the log is another one.</summary>
internal enum LossPolicy
{
    /// <summary>The process ends with a message, and nothing is skipped.</summary>
    Stop,

    /// <summary>Somebody has looked at it: go on with what is there, loudly.</summary>
    GoOn,
}
