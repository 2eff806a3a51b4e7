namespace Gateway.UsageProcessor.Storage;

/// <summary>Where a partition goes on, as the database has it.</summary>
/// <param name="Next">The offset that has to come next; 0 for a partition that was never stored.</param>
/// <param name="Fingerprint">
/// Of the message before it. Null where nobody knows: nothing was stored yet, an older version stored it, or somebody has
/// set the offset by hand.
/// </param>
/// <param name="IsNew">Whether the group has never begun with this partition.</param>
internal readonly record struct StoredOffset(long Next, long? Fingerprint, bool IsNew);
