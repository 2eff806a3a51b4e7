using Gateway.LoadTests.Running;

namespace Gateway.LoadTests.Tests.Running;

public sealed class ThresholdTests
{
    [Theory]
    [InlineData(4.0, true)]
    [InlineData(3.99, false)]
    public void Threshold_fails_beyond_its_maximum_only(double maximum, bool passes) =>
        Assert.Equal(passes, Threshold.P99("steady", maximum).Check(SampleStats.Create()).Passed);

    [Theory]
    [InlineData(10, true)]
    [InlineData(9.9, false)]
    public void Failures_are_counted_in_percent(double maximum, bool passes) =>
        Assert.Equal(passes, Threshold.Failures("steady", maximum).Check(SampleStats.Create()).Passed);

    [Fact]
    public void Nothing_to_judge_by_is_no_pass()
    {
        var nothing = SampleStats.Create() with { Scenarios = [SampleStats.Empty] };

        Assert.All(
            [Threshold.P99(SampleStats.Empty.Name, 1000), Threshold.Failures(SampleStats.Empty.Name, 100)],
            threshold => Assert.False(threshold.Check(nothing).Passed));
    }

    [Fact]
    public void Failed_threshold_says_which_figure_it_was_and_what_is_allowed() =>
        Assert.Equal("✗ p99 of steady: 4 ms, at most 2.5 ms", $"{Threshold.P99("steady", 2.5).Check(SampleStats.Create())}");

    [Fact]
    public void Added_latency_is_the_difference_between_two_scenarios()
    {
        var steady = SampleStats.Create().Scenarios[0];
        var stats = SampleStats.Create() with { Scenarios = [steady, steady with { Name = "slower", Latency = steady.Latency! with { P99 = 9 } }] };

        Assert.Equal(5, Threshold.AddedP99("slower", "steady", 3).Check(stats).Actual);
    }
}
