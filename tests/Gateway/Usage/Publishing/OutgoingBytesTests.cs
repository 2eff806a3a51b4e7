using System.Text;
using Confluent.Kafka;
using Gateway.Contracts.Usage;
using Gateway.Tests.Usage.Journal;
using Gateway.Usage.Journal;
using Gateway.Usage.Publishing;

namespace Gateway.Tests.Usage.Publishing;

public sealed class OutgoingBytesTests
{
    private const string Source = "gateway/instance-1";
    private const int Rounds = 1_000;

    private readonly OutgoingBytes _bytes = new();

    [Fact]
    public void Key_is_the_organization_and_value_the_event_whatever_was_before()
    {
        for (var length = 1; length <= 2 * UsageEventJson.MaximumPathLength; length += 31)
        {
            foreach (var path in (string[])[new('a', length), new('b', length)])
            {
                var usageEvent = SampleRecords.EndEvent(Source, length) with { OrganizationId = Guid.NewGuid(), Path = path };
                var outgoing = Outgoing(usageEvent);

                Assert.Equal(usageEvent.OrganizationId.ToString(), Encoding.UTF8.GetString(Serialize(outgoing, MessageComponentType.Key)));
                Assert.Equal(UsageEventJson.Serialize(usageEvent), Serialize(outgoing, MessageComponentType.Value));
            }
        }
    }

    [Fact]
    public void Events_are_made_bytes_of_without_garbage()
    {
        OutgoingEvent[] outgoing = [.. Enumerable.Range(1, 10).Select(static sequence => Outgoing(SampleRecords.EndEvent(Source, sequence) with { Path = "/v1/things/42" }))];
        SerializeAll(outgoing);

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var round = 0; round < Rounds; round++)
        {
            SerializeAll(outgoing);
        }

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, Rounds);
    }

    private static OutgoingEvent Outgoing(UsageEvent usageEvent) => new(new JournalEvent(usageEvent, JournalPosition.At(1, 0)));

    private void SerializeAll(OutgoingEvent[] outgoing)
    {
        foreach (var one in outgoing)
        {
            Serialize(one, MessageComponentType.Key);
            Serialize(one, MessageComponentType.Value);
        }
    }

    private byte[] Serialize(OutgoingEvent outgoing, MessageComponentType component) =>
        _bytes.Serialize(outgoing, new SerializationContext(component, "usage-events"));
}
