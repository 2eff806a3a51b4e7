using Gateway.Contracts.Usage;
using Gateway.Usage.Journal;

namespace Gateway.Usage.Publishing;

/// <summary>An event between its journal and Kafka's acknowledgement.</summary>
internal sealed class OutgoingEvent(in JournalEvent journalEvent) : IOutgoingMessage
{
    private const int Unsent = 0;
    private const int Sent = 1;
    private const int Delivered = 2;

    private readonly UsageEvent _event = journalEvent.Event;
    private volatile int _stage;

    public JournalPosition Position { get; } = journalEvent.Position;

    public bool IsDelivered => _stage == Delivered;

    /// <summary>Whether it has to be sent, for the first time or because Kafka did not take it.</summary>
    public bool IsUnsent => _stage == Unsent;

    /// <summary>To be called before it is handed over: the report may come at any moment afterwards.</summary>
    public void Sending() => _stage = Sent;

    /// <summary>It was not handed over, or whoever had it failed. What was delivered all the same stays so.</summary>
    public void NotSent() => Interlocked.CompareExchange(ref _stage, Unsent, Sent);

    public byte[] Key(OutgoingBytes bytes) => bytes.KeyOf(_event);

    public byte[] Value(OutgoingBytes bytes) => bytes.ValueOf(_event);

    /// <summary>A refusal is not Kafka's last word: nothing is ever given up, and a copy does no harm.</summary>
    public void Reported(bool isDelivered)
    {
        if (isDelivered)
        {
            _stage = Delivered;
        }
        else
        {
            NotSent();
        }
    }
}
