using Confluent.Kafka;
using Gateway.Contracts.Usage;

namespace Gateway.Usage.Publishing;

/// <summary>
/// Keys and values as bytes, in memory that is used again: Kafka's client takes nothing but whole arrays, and has copied them when it
/// returns. One caller at a time.
/// </summary>
internal sealed class OutgoingBytes : ISerializer<IOutgoingMessage>
{
    private const int GuidBytes = 36;

    /// <summary>Nearly all events are shorter. All lengths together take up half a megabyte at most.</summary>
    private const int LongestKept = 1024;

    private readonly UsageEventWriter _writer = new();
    private readonly byte[] _key = new byte[GuidBytes];
    private readonly byte[]?[] _valuesByLength = new byte[]?[LongestKept + 1];

    public byte[] Serialize(IOutgoingMessage data, SerializationContext context) =>
        context.Component == MessageComponentType.Key ? data.Key(this) : data.Value(this);

    /// <summary>All events of an organization go into one partition.</summary>
    public byte[] KeyOf(UsageEvent usageEvent)
    {
        usageEvent.OrganizationId.TryFormat(_key, out _);
        return _key;
    }

    public byte[] ValueOf(UsageEvent usageEvent)
    {
        var json = _writer.Write(usageEvent);
        var value = json.Length <= LongestKept ? _valuesByLength[json.Length] ??= new byte[json.Length] : new byte[json.Length];
        json.CopyTo(value);
        return value;
    }
}
