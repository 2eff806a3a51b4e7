using Gateway.UsageProcessor.Consuming;

namespace Gateway.UsageProcessor.Tests.Consuming;

public sealed class AssignedPartitionTests
{
    [Fact]
    public void Partition_takes_nothing_before_the_database_has_said_where_and_the_consumer_stands_there()
    {
        var partition = new AssignedPartition(3);
        Assert.False(partition.IsPositioned);

        partition.Found(100);
        Assert.False(partition.IsPositioned);

        partition.Positioned();
        Assert.True(partition.IsPositioned);

        partition.Forget();
        Assert.False(partition.IsPositioned);
    }

    [Fact]
    public void Messages_in_order_are_taken()
    {
        var partition = At(100);

        Assert.True(partition.Accept(100, out var jumpedFrom));
        Assert.Null(jumpedFrom);
        Assert.True(partition.Accept(101, out _));
        Assert.Equal(102, partition.NextOffset);
    }

    [Theory]
    [InlineData(105)]
    [InlineData(7)]
    public void Jump_is_not_believed_until_it_happens_again(long offset)
    {
        var partition = At(100);

        Assert.False(partition.Accept(offset, out _));
        Assert.True(partition.NeedsSeek);
        Assert.Equal(100, partition.NextOffset);

        partition.Positioned();
        Assert.True(partition.Accept(offset, out var jumpedFrom));
        Assert.Equal(100, jumpedFrom);
        Assert.Equal(offset + 1, partition.NextOffset);
    }

    [Fact]
    public void Message_that_strayed_from_another_place_makes_nothing_be_skipped()
    {
        var partition = At(100);

        Assert.False(partition.Accept(500, out _));
        partition.Positioned();

        Assert.True(partition.Accept(100, out var jumpedFrom));
        Assert.Null(jumpedFrom);
    }

    [Fact]
    public void Jump_at_another_place_is_doubted_anew()
    {
        var partition = At(100);
        partition.Accept(105, out _);
        partition.Positioned();
        partition.Accept(105, out _);

        Assert.False(partition.Accept(200, out _));
    }

    private static AssignedPartition At(long offset)
    {
        var partition = new AssignedPartition(0);
        partition.Found(offset);
        partition.Positioned();
        return partition;
    }
}
