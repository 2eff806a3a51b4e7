using Gateway.UsageProcessor.Consuming;
using Gateway.UsageProcessor.Tests.Infrastructure;

namespace Gateway.UsageProcessor.Tests.Consuming;

public sealed class MessageBatchTests
{
    private static readonly TimeSpan Wait = TimeSpan.FromMilliseconds(500);

    private readonly ManualTime _time = new();
    private readonly AssignedPartition _first = new(1);
    private readonly AssignedPartition _second = new(2);

    [Fact]
    public void Batch_is_due_when_its_first_message_has_waited_long_enough()
    {
        var batch = Batch();
        Assert.Null(batch.DueIn);

        Add(batch, _first, 10);
        _time.Advance(TimeSpan.FromMilliseconds(300));
        Add(batch, _first, 11);
        Assert.Equal(TimeSpan.FromMilliseconds(200), batch.DueIn);

        _time.Advance(TimeSpan.FromMilliseconds(300));
        Assert.Equal(TimeSpan.Zero, batch.DueIn);
    }

    [Fact]
    public void Batch_is_due_at_once_when_it_has_enough_messages()
    {
        var batch = Batch(messages: 2);
        Add(batch, _first, 10);
        Assert.False(batch.IsFull);

        Add(batch, _second, 20);
        Assert.True(batch.IsFull);
        Assert.Equal(TimeSpan.Zero, batch.DueIn);
    }

    [Fact]
    public void Batch_is_due_at_once_when_it_has_enough_bytes_however_few_messages()
    {
        var batch = Batch(bytes: 100);
        batch.Add(_first, ReceivedMessage.Read(1, 10, null, new byte[100]));

        Assert.True(batch.IsFull);
    }

    [Fact]
    public void Partition_that_is_taken_away_leaves_the_others_messages()
    {
        var batch = Batch();
        Add(batch, _first, 10);
        Add(batch, _second, 20);
        Add(batch, _first, 11);

        batch.Remove(_first);

        Assert.Equal(20, Assert.Single(batch.Messages).Offset);
        Assert.Equal([(_second, 21L)], batch.NextOffsets);
    }

    [Fact]
    public void Cleared_batch_begins_anew()
    {
        var batch = Batch(messages: 1);
        Add(batch, _first, 10);

        batch.Clear();

        Assert.True(batch.IsEmpty);
        Assert.False(batch.IsFull);
        Assert.Empty(batch.NextOffsets);
    }

    private static void Add(MessageBatch batch, AssignedPartition partition, long offset) =>
        batch.Add(partition, ReceivedMessage.Read(partition.Number, offset, null, null));

    private MessageBatch Batch(int messages = 100, int bytes = 1000) =>
        new(new ConsumerOptions("127.0.0.1:1", "topic", "group", messages, bytes, Wait, TimeSpan.FromSeconds(10)), _time);
}
