using Gateway.LoadTests.Running;

namespace Gateway.LoadTests.Tests.Running;

public sealed class DueTimesTests
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    [Fact]
    public void Steady_rate_is_evenly_spread()
    {
        var due = DueTimes.Of(4, 4, Second).Select(static time => Math.Round(time.TotalMilliseconds, 3));

        Assert.Equal([0, 250, 500, 750], due);
    }

    [Fact]
    public void Rate_below_one_a_second_is_kept() => Assert.Equal([TimeSpan.Zero, 2 * Second], DueTimes.Of(0.5, 0.5, 4 * Second));

    [Theory]
    [InlineData(0, 100)]
    [InlineData(100, 0)]
    [InlineData(20, 80)]
    public void Changing_rate_sends_its_mean_in_order_within_its_time(double from, double to)
    {
        var due = DueTimes.Of(from, to, 10 * Second).ToArray();

        Assert.Equal(500, due.Length);
        Assert.Equal(due.Order(), due);
        Assert.InRange(due[^1], TimeSpan.Zero, 10 * Second);

        // In the first half as many as the rates at its begin and end say.
        Assert.Equal(((3 * from) + to) / 4 * 5, due.Count(static time => time < 5 * Second), tolerance: 1.5);
    }
}
