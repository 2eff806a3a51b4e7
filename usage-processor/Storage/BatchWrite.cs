using Gateway.UsageProcessor.Consuming;
using Gateway.UsageProcessor.Sources;

namespace Gateway.UsageProcessor.Storage;

/// <summary>What one transaction writes.</summary>
/// <param name="Events">Messages to store as usage events.</param>
/// <param name="DeadLetters">Messages to store as dead letters.</param>
/// <param name="Sources">What the whole batch tells of its sources, copies and heartbeats included.</param>
/// <param name="Advances">The partitions' offsets, in order of their numbers.</param>
internal sealed record BatchWrite(
    IReadOnlyList<ReceivedMessage> Events,
    IReadOnlyList<ReceivedMessage> DeadLetters,
    IReadOnlyCollection<SourceNews> Sources,
    IReadOnlyList<OffsetAdvance> Advances)
{
    /// <summary>Messages that are dead letters sent again, and are stored by this transaction or were before.</summary>
    public IReadOnlyList<ReceivedMessage> Replayed { get; init; } = [];

    /// <summary>Whether one of the events happened before that time.</summary>
    public bool HasEventBefore(DateTime time) => Events.Any(message => message.Event!.Time.UtcDateTime < time);
}
