using System.Text.RegularExpressions;
using Gateway.LoadTests.Reporting;

namespace Gateway.LoadTests.Tests.Reporting;

public sealed partial class HtmlReportTests
{
    [Fact]
    public void Names_come_out_as_text_wherever_they_stand()
    {
        var page = HtmlReport.Of(SampleStats.Create("<script>alert(\"1\")</script>"));

        Assert.DoesNotContain("<script", page, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("alert(\"1\")", page, StringComparison.Ordinal);
        Assert.Contains("&lt;script&gt;", page, StringComparison.Ordinal);
    }

    [Fact]
    public void Page_loads_nothing_from_anywhere() => Assert.DoesNotMatch(Loads, HtmlReport.Of(SampleStats.Create()));

    [Fact]
    public void Page_has_plots_over_time_and_of_the_distribution_and_says_what_failed()
    {
        var page = HtmlReport.Of(SampleStats.Create());

        // Throughput, p99 and p50 over time, percentiles, the gateway's memory.
        Assert.Equal(5, Lines.Count(page));
        Assert.Equal(4, Regex.Count(page, "<svg "));
        Assert.Contains("<li class=\"failed\">✗ p99 of steady: 4 ms, at most 3 ms</li>", page.Replace("&#10007;", "✗", StringComparison.Ordinal), StringComparison.Ordinal);
        Assert.DoesNotContain("NaN", page, StringComparison.Ordinal);
    }

    [Fact]
    public void Run_without_a_single_answer_is_a_page_too()
    {
        var page = HtmlReport.Of(SampleStats.Create() with { Scenarios = [SampleStats.Empty], Gateway = [] });

        Assert.Empty(Lines.Matches(page));
        Assert.DoesNotContain("NaN", page, StringComparison.Ordinal);
    }

    [Fact]
    public void Ticks_are_round_numbers_up_to_the_maximum() =>
        Assert.Equal(["0", "500", "1,000", "1,500", "2,000"], Plot.Ticks(2_300).Select(static tick => tick.Text));

    [GeneratedRegex("src=|href=|url\\(|@import|https?:", RegexOptions.IgnoreCase | RegexOptions.NonBacktracking)]
    private static partial Regex Loads { get; }

    [GeneratedRegex("<polyline [^>]*points=\"[0-9.,]+[^\"]*\"", RegexOptions.NonBacktracking)]
    private static partial Regex Lines { get; }
}
