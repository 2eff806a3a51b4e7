using Gateway.UsageProcessor.Consuming;
using Gateway.UsageProcessor.Deduplication;

namespace Gateway.UsageProcessor.Storage;

/// <summary>One of the two ways into the database, and the batch that is on it.</summary>
internal sealed class FlushLane(UsageStore store)
{
    public UsageStore Store => store;

    /// <summary>The batch.</summary>
    public MessageBatch Batch { get; private set; } = null!;

    /// <summary>The events that have to be stored, none of them twice. A list of its own for each batch: the store knows by it what it has staged.</summary>
    public List<ReceivedMessage> Events { get; private set; } = [];

    /// <summary>Their keys.</summary>
    public HashSet<EventKey> Keys { get; } = [];

    /// <summary>What cannot be stored as an event.</summary>
    public List<ReceivedMessage> DeadLetters { get; } = [];

    /// <summary>Dead letters sent again that are copies of what was known to be stored when the batch was sorted out. By its flush that may be forgotten.</summary>
    public List<ReceivedMessage> KnownReplays { get; } = [];

    /// <summary>How many heartbeats there are.</summary>
    public long Heartbeats { get; set; }

    /// <summary>Why the events are not in the database's hands yet, null where they are.</summary>
    public Exception? Failure { get; set; }

    /// <summary>Ends when the batch is ready to be flushed. Fails only by a defect of ours.</summary>
    public Task Preparation { get; set; } = Task.CompletedTask;

    /// <summary>Forgets the former batch, which has to have ended.</summary>
    public void Enter(MessageBatch batch)
    {
        Batch = batch;
        Events = new List<ReceivedMessage>(batch.Messages.Count);
        Keys.Clear();
        DeadLetters.Clear();
        KnownReplays.Clear();
        Heartbeats = 0;
        Failure = null;
    }
}
