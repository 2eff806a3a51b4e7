namespace Gateway.UsageProcessor.Storage;

/// <summary>How the flush of a batch ended.</summary>
internal enum FlushOutcome
{
    /// <summary>Its transaction is committed: every message is in the database, as an event, a copy of one, or a dead letter.</summary>
    Stored,

    /// <summary>Another processor has advanced one of its partitions. Nothing was written; the offsets have to be read again.</summary>
    Fenced,

    /// <summary>The connection broke. Whether it was written is unknown; the offsets, read again, will tell.</summary>
    ConnectionLost,
}
