using System.Text;
using Confluent.Kafka;
using Gateway.Contracts.Usage;
using Gateway.Usage.Journal;

namespace Gateway.Usage.Publishing;

/// <summary>An event between its journal and Kafka's acknowledgement.</summary>
internal sealed class OutgoingEvent(in JournalEvent journalEvent)
{
    private const int Unsent = 0;
    private const int Sent = 1;
    private const int Delivered = 2;

    private volatile int _stage;

    public JournalPosition Position { get; } = journalEvent.Position;

    public Message<byte[], byte[]> Message { get; } = new()
    {
        Key = Encoding.UTF8.GetBytes(journalEvent.Event.OrganizationId.ToString()),
        Value = UsageEventJson.Serialize(journalEvent.Event),
    };

    public bool IsDelivered => _stage == Delivered;

    /// <summary>Whether it has to be sent, for the first time or because Kafka did not take it.</summary>
    public bool IsUnsent => _stage == Unsent;

    /// <summary>To be called before it is handed over: the report may come at any moment afterwards.</summary>
    public void Sending() => _stage = Sent;

    /// <summary>It was not handed over, or whoever had it failed. What was delivered all the same stays so.</summary>
    public void NotSent() => Interlocked.CompareExchange(ref _stage, Unsent, Sent);

    /// <summary>Kafka's word, on a thread of its client. A refusal is not the last one: nothing is ever given up, and a copy does no harm.</summary>
    public void Reported(DeliveryReport<byte[], byte[]> report)
    {
        if (report.Error.IsError)
        {
            NotSent();
        }
        else
        {
            _stage = Delivered;
        }
    }
}
