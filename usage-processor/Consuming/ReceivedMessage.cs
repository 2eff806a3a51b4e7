using Gateway.Contracts.DeadLetters;
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

    /// <summary>When it was sent, as Kafka has it, in milliseconds since 1970.</summary>
    public long TimestampMilliseconds { get; private init; }

    /// <summary>The dead letter that it says it is, sent again; null in nearly all.</summary>
    public DeadLetterId? ReplayOf { get; private init; }

    /// <summary>The event; null in all others.</summary>
    public UsageEvent? Event { get; private set; }

    /// <summary>The heartbeat; null in all others.</summary>
    public UsageHeartbeat? Heartbeat { get; private set; }

    /// <summary>Which event a dead letter is, where that can be read.</summary>
    public UsageEventOrigin? DeadOrigin { get; private set; }

    /// <summary>Why it cannot be stored as an event; null where it can. Never repeats the message's content.</summary>
    public string? DeadReason { get; private set; }

    /// <summary>Whether the dead-letter topic has acknowledged it, so that a retry does not send it again.</summary>
    public bool IsPublishedAsDead { get; set; }

    public static ReceivedMessage Read(
        int partition, long offset, byte[]? key, byte[]? value, long timestampMilliseconds = 0, DeadLetterId? replayOf = null)
    {
        var message = new ReceivedMessage(partition, offset, key, value) { TimestampMilliseconds = timestampMilliseconds, ReplayOf = replayOf };
        message.Understand();
        return message;
    }

    /// <summary>Turns an event that PostgreSQL refuses into a dead letter.</summary>
    public void Refuse(string reason)
    {
        DeadOrigin = new UsageEventOrigin(Event!.Source, Event.Sequence);
        Event = null;
        DeadReason = reason;
    }

    private void Understand()
    {
        if (value is not { Length: > 0 })
        {
            DeadReason = NoValue;
        }
        else if (UsageEventJson.TryParse(value, out var usageEvent, out var reason))
        {
            Event = usageEvent;
        }
        else if (!UsageHeartbeatJson.Claims(value))
        {
            DeadReason = reason;
            DeadOrigin = UsageEventOrigin.TryRead(value);
        }
        else if (UsageHeartbeatJson.TryParse(value, out var heartbeat, out var refusal))
        {
            // Rare, so it may cost a second reading.
            Heartbeat = heartbeat;
        }
        else
        {
            DeadReason = refusal;
        }
    }
}
