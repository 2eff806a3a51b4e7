using Gateway.UsageProcessor.Consuming;
using Gateway.UsageProcessor.Storage;

namespace Gateway.UsageProcessor.Tests.Consuming;

public sealed class AssignedPartitionTests
{
    [Fact]
    public void Partition_takes_nothing_before_the_database_has_said_where_the_log_is_confirmed_and_the_consumer_stands_there()
    {
        var partition = new AssignedPartition(3);
        Assert.False(partition.IsPositioned);

        partition.Found(new StoredOffset(100, 7, false));
        Assert.Equal(new StoredOffset(100, 7, false), partition.Unconfirmed);
        Assert.False(partition.NeedsSeek);
        Assert.False(partition.IsPositioned);

        partition.Confirmed(100, 7);
        Assert.Null(partition.Unconfirmed);
        Assert.True(partition.NeedsSeek);
        Assert.False(partition.IsPositioned);

        partition.Positioned();
        Assert.True(partition.IsPositioned);

        partition.Forget();
        Assert.False(partition.IsPositioned);
    }

    [Fact]
    public void Offset_that_is_read_again_needs_no_second_look_at_the_log_unless_there_is_doubt()
    {
        var partition = At(100);

        partition.Forget();
        partition.Found(new StoredOffset(120, 8, false));
        Assert.Null(partition.Unconfirmed);
        Assert.True(partition.NeedsSeek);

        partition.Doubt();
        Assert.False(partition.NeedsSeek);
        partition.Found(new StoredOffset(120, 8, false));
        Assert.NotNull(partition.Unconfirmed);
    }

    [Fact]
    public void Log_is_looked_at_again_where_the_move_for_its_sake_was_given_up_before_it_was_stored()
    {
        var partition = new AssignedPartition(3);
        var stored = new StoredOffset(100, 7, false);
        partition.Found(stored);
        partition.Confirmed(20, null);

        partition.Forget();
        partition.Found(stored);
        Assert.Equal(stored, partition.Unconfirmed);

        partition.Confirmed(20, null);
        partition.Stored(30, 8, hasMoved: true);
        partition.Forget();
        partition.Found(new StoredOffset(30, 8, false));
        Assert.Null(partition.Unconfirmed);
    }

    [Fact]
    public void Anchor_in_a_former_log_holds_until_the_way_back_is_stored()
    {
        var partition = At(100);
        partition.Stored(120, 8);
        var anchor = partition.Anchor;

        partition.GoBack(0);
        partition.Stored(130, 9);
        Assert.Equal(anchor, partition.Anchor);

        partition.Stored(10, 5, hasMoved: true);
        Assert.Equal(new StoredOffset(10, 5, false), partition.Anchor);
    }

    [Fact]
    public void Silent_partition_is_asked_again_from_where_it_stands_and_one_that_delivers_is_left_alone()
    {
        var partition = At(100);
        partition.LookAtProgress();
        partition.Judge(100);
        partition.LookAtProgress();
        Assert.True(partition.IsPositioned);

        partition.LookAtProgress();
        Assert.True(partition.NeedsSeek);
        Assert.Equal(101, partition.NextOffset);
    }

    [Fact]
    public void Messages_in_order_are_taken()
    {
        var partition = At(100);

        Assert.Equal(Arrival.InOrder, partition.Judge(100));
        Assert.Equal(Arrival.InOrder, partition.Judge(101));
        Assert.Equal(102, partition.NextOffset);
    }

    [Theory]
    [InlineData(105)]
    [InlineData(7)]
    public void Jump_is_not_believed_until_it_happens_again(long offset)
    {
        var partition = At(100);

        Assert.Equal(Arrival.SentBack, partition.Judge(offset));
        Assert.True(partition.NeedsSeek);
        Assert.Equal(100, partition.NextOffset);

        partition.Positioned();
        Assert.Equal(Arrival.Jump, partition.Judge(offset));
        Assert.Equal(100, partition.NextOffset);
    }

    [Fact]
    public void Message_that_strayed_from_another_place_makes_nothing_be_skipped()
    {
        var partition = At(100);

        Assert.Equal(Arrival.SentBack, partition.Judge(500));
        partition.Positioned();

        Assert.Equal(Arrival.InOrder, partition.Judge(100));
    }

    [Fact]
    public void Jump_at_another_place_is_doubted_anew()
    {
        var partition = At(100);
        partition.Judge(105);
        partition.Positioned();
        Assert.Equal(Arrival.Jump, partition.Judge(105));
        partition.PassHole(105);

        Assert.Equal(Arrival.InOrder, partition.Judge(106));
        Assert.Equal(Arrival.SentBack, partition.Judge(200));
    }

    private static AssignedPartition At(long offset)
    {
        var partition = new AssignedPartition(0);
        partition.Found(new StoredOffset(offset, null, false));
        partition.Confirmed(offset, 7);
        partition.Positioned();
        return partition;
    }
}
