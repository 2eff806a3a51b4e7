namespace Gateway.UsageProcessor.Consuming;

/// <summary>How a message follows the one before it.</summary>
internal enum Arrival
{
    /// <summary>At the offset that had to come next.</summary>
    InOrder,

    /// <summary>At another one, for the first time: the consumer is sent back to ask again.</summary>
    SentBack,

    /// <summary>At another one, again: the log itself jumps.</summary>
    Jump,
}
