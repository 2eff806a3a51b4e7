using Gateway.UsageProcessor.Deduplication;
using Gateway.UsageProcessor.Tests.Infrastructure;

namespace Gateway.UsageProcessor.Tests.Deduplication;

public sealed class DeduplicationWindowTests
{
    private static readonly TimeSpan FiveMinutes = TimeSpan.FromMinutes(5);

    private readonly ManualTime _time = new();

    [Fact]
    public void Stored_event_is_known_for_five_minutes_and_not_longer()
    {
        var window = Window(capacity: 100);
        window.Remember([Key(1)]);

        _time.Advance(FiveMinutes - TimeSpan.FromTicks(1));
        window.Forget();
        Assert.True(window.Contains(Key(1)));

        _time.Advance(TimeSpan.FromTicks(1));
        window.Forget();
        Assert.False(window.Contains(Key(1)));
        Assert.Equal(0, window.Count);
    }

    [Fact]
    public void Capacity_is_kept_by_forgetting_the_oldest_first()
    {
        var window = Window(capacity: 4);
        window.Remember([Key(1), Key(2)]);
        window.Remember([Key(3), Key(4)]);
        window.Remember([Key(5)]);

        Assert.Equal([false, false, true, true, true], Enumerable.Range(1, 5).Select(number => window.Contains(Key(number))));
        Assert.Equal(3, window.Count);
    }

    [Fact]
    public void Batch_larger_than_the_capacity_is_not_remembered()
    {
        var window = Window(capacity: 2);

        window.Remember([Key(1), Key(2), Key(3)]);

        Assert.Equal(0, window.Count);
    }

    [Fact]
    public void Same_id_at_another_time_is_another_event_as_the_primary_key_has_it()
    {
        var window = Window(capacity: 10);
        window.Remember([Key(1)]);

        Assert.False(window.Contains(Key(1) with { UtcTicks = 2 }));
    }

    [Fact]
    public void Cleared_window_knows_nothing_and_forgets_later_batches_at_their_own_time()
    {
        var window = Window(capacity: 10);
        window.Remember([Key(1)]);
        window.Clear();
        Assert.False(window.Contains(Key(1)));

        _time.Advance(TimeSpan.FromMinutes(1));
        window.Remember([Key(1)]);
        _time.Advance(TimeSpan.FromMinutes(4));
        window.Forget();

        Assert.True(window.Contains(Key(1)));
    }

    private static EventKey Key(int number) => new(new Guid(number, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0), 1);

    private DeduplicationWindow Window(int capacity) => new(new DeduplicationOptions(FiveMinutes, capacity), _time);
}
