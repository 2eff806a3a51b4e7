namespace Gateway.UsageProcessor.Storage;

/// <summary>How far a transaction brings a partition.</summary>
/// <param name="Partition">Its number.</param>
/// <param name="Expected">What <c>consumer_offsets</c> has to say now; anything else means that another processor was here.</param>
/// <param name="Next">What it says afterwards.</param>
/// <param name="Fingerprint">Of the message before <paramref name="Next"/>, null where it is not known.</param>
internal readonly record struct OffsetAdvance(int Partition, long Expected, long Next, long? Fingerprint = null);
