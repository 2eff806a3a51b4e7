using Gateway.Contracts.Usage;

namespace Gateway.UsageProcessor.Consuming;

/// <summary>One Kafka message: either an event, or a dead letter with the reason why it is none.</summary>
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

    /// <summary>The event; null in a dead letter.</summary>
    public UsageEvent? Event { get; private set; }

    /// <summary>Why it cannot be stored as an event; null where it can. Never repeats the message's content.</summary>
    public string? DeadReason { get; private set; }

    /// <summary>Whether the dead-letter topic has acknowledged it, so that a retry does not send it again.</summary>
    public bool IsPublishedAsDead { get; set; }

    public static ReceivedMessage Read(int partition, long offset, byte[]? key, byte[]? value)
    {
        var message = new ReceivedMessage(partition, offset, key, value);
        if (value is not { Length: > 0 })
        {
            message.DeadReason = NoValue;
        }
        else if (UsageEventJson.TryParse(value, out var usageEvent, out var reason))
        {
            message.Event = usageEvent;
        }
        else
        {
            message.DeadReason = reason;
        }

        return message;
    }

    /// <summary>Turns an event that PostgreSQL refuses into a dead letter.</summary>
    public void Refuse(string reason)
    {
        Event = null;
        DeadReason = reason;
    }
}
