using Gateway.UsageProcessor.Consuming;

namespace Gateway.UsageProcessor.Storage;

/// <summary>What one transaction writes.</summary>
/// <param name="Events">Messages to store as usage events.</param>
/// <param name="DeadLetters">Messages to store as dead letters.</param>
/// <param name="Advances">The partitions' offsets, in order of their numbers.</param>
internal sealed record BatchWrite(
    IReadOnlyList<ReceivedMessage> Events, IReadOnlyList<ReceivedMessage> DeadLetters, IReadOnlyList<OffsetAdvance> Advances);
