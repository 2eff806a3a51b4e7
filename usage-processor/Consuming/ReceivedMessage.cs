using Gateway.Contracts.Usage;

namespace Gateway.UsageProcessor.Consuming;

/// <summary>One Kafka message: an event, a heartbeat, or a dead letter with the reason why it is neither.</summary>
/// <param name="partition">Where it was.</param>
/// <param name="offset">Where it was in the partition.</param>
/// <param name="key">Its key, as it came.</param>
/// <param name="value">Its value, as it came: PostgreSQL may yet refuse the event, and dead letters keep every byte.</param>
internal sealed class ReceivedMessage(int partition, long offset, byte[]? key, byte[]? value)
{
    private const string NoValue = "not a usage event: the message has no value";

    public int Partition => partition;

    public long Offset => offset;

    public byte[]? Key => key;

    public byte[]? Value => value;

    /// <summary>The event; null in all others.</summary>
    public UsageEvent? Event { get; private set; }

    /// <summary>The heartbeat; null in all others.</summary>
    public UsageHeartbeat? Heartbeat { get; private init; }

    /// <summary>Which event a dead letter is, where that can be read.</summary>
    public UsageEventOrigin? DeadOrigin { get; private set; }

    /// <summary>Why it cannot be stored as an event; null where it can. Never repeats the message's content.</summary>
    public string? DeadReason { get; private set; }

    /// <summary>Whether the dead-letter topic has acknowledged it, so that a retry does not send it again.</summary>
    public bool IsPublishedAsDead { get; set; }

    public static ReceivedMessage Read(int partition, long offset, byte[]? key, byte[]? value)
    {
        if (value is not { Length: > 0 })
        {
            return new ReceivedMessage(partition, offset, key, value) { DeadReason = NoValue };
        }

        if (UsageEventJson.TryParse(value, out var usageEvent, out var reason))
        {
            return new ReceivedMessage(partition, offset, key, value) { Event = usageEvent };
        }

        // Rare, so it may cost a second reading.
        if (UsageHeartbeatJson.Claims(value))
        {
            return UsageHeartbeatJson.TryParse(value, out var heartbeat, out var refusal)
                ? new ReceivedMessage(partition, offset, key, value) { Heartbeat = heartbeat }
                : new ReceivedMessage(partition, offset, key, value) { DeadReason = refusal };
        }

        return new ReceivedMessage(partition, offset, key, value) { DeadReason = reason, DeadOrigin = UsageEventOrigin.TryRead(value) };
    }

    /// <summary>Turns an event that PostgreSQL refuses into a dead letter.</summary>
    public void Refuse(string reason)
    {
        DeadOrigin = new UsageEventOrigin(Event!.Source, Event.Sequence);
        Event = null;
        DeadReason = reason;
    }
}
