using Gateway.LoadTests.Running;
using Gateway.LoadTests.Scenarios;

namespace Gateway.LoadTests.Tests.Scenarios;

public sealed class SoakScenarioTests
{
    [Fact]
    public void Memory_that_grows_with_time_is_growth() => Assert.InRange(SoakScenario.Growth(Samples(static second => 100 + second))!.Value, 30, 60);

    [Fact]
    public void Memory_that_is_filled_at_first_and_then_stays_is_none() => Assert.Equal(0, SoakScenario.Growth(Samples(static second => Math.Min(20 + (10 * second), 200))));

    [Fact]
    public void Single_peak_is_none() => Assert.Equal(0, SoakScenario.Growth(Samples(static second => second == 95 ? 900 : 100)));

    [Fact]
    public void Too_few_samples_say_nothing() => Assert.Null(SoakScenario.Growth([.. Samples(static _ => 100).Take(7)]));

    private static List<ProcessSample> Samples(Func<int, int> mebibytes) =>
        [.. Enumerable.Range(0, 100).Select(second => new ProcessSample(second, CpuSeconds: second, (long)mebibytes(second) << 20))];
}
