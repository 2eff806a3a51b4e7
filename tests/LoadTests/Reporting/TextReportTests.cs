using Gateway.LoadTests.Reporting;

namespace Gateway.LoadTests.Tests.Reporting;

public sealed class TextReportTests
{
    [Fact]
    public void Table_has_answers_usage_and_thresholds()
    {
        var text = TextReport.Of(SampleStats.Create());

        Assert.Contains("200: 9, none: 1", text, StringComparison.Ordinal);
        Assert.Contains("usage: 9 answers to be billed", text, StringComparison.Ordinal);
        Assert.Contains("✗ p99 of steady: 4 ms, at most 3 ms", text, StringComparison.Ordinal);
        Assert.DoesNotContain("could not keep up", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Generator_that_could_not_keep_up_is_named()
    {
        var stats = SampleStats.Create();
        var late = stats.Scenarios[0] with { Late = stats.Scenarios[0].Late! with { P99 = 11, Maximum = 44 } };

        Assert.Contains(
            "The generator could not keep up: the latencies contain how late it was, 44 ms at most.",
            TextReport.Of(stats with { Scenarios = [late] }),
            StringComparison.Ordinal);
    }
}
