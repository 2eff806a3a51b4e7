using System.Text.Json;
using Gateway.LoadTests.Compare;
using Gateway.LoadTests.Reporting;

namespace Gateway.LoadTests.Tests.Compare;

public sealed class CompareReportTests
{
    [Fact]
    public void Ratio_is_taken_within_a_round_and_its_median_decides()
    {
        // Twice as slow a machine in round 2 changes no ratio: 0.9, 0.8 and 0.95.
        var report = ReportOf(
            Saturated("yarp", 1, perCpuSecond: 1000), Saturated("gateway", 1, perCpuSecond: 900),
            Saturated("yarp", 2, perCpuSecond: 500), Saturated("gateway", 2, perCpuSecond: 400),
            Saturated("yarp", 3, perCpuSecond: 1000), Saturated("gateway", 3, perCpuSecond: 950));

        Assert.Contains("| requests per CPU-second, beside bare YARP | 0.90 (0.80 to 0.95) | ≥ 0.90 | kept |", report.ToMarkdown(), StringComparison.Ordinal);
        Assert.Null(report.Missed());
    }

    [Fact]
    public void Median_below_what_is_wanted_is_missed_and_named_in_one_line()
    {
        var report = ReportOf(
            Saturated("nginx-lua", 1, perSecond: 1000), Saturated("gateway", 1, perSecond: 1190),
            Saturated("envoy", 1, perSecond: 1000));

        Assert.Equal("Missed: requests/s, beside nginx with Lua", report.Missed());
        Assert.Contains("| requests/s, beside bare Envoy | 1.19 (1.19 to 1.19) | ≥ 1.10 | kept |", report.ToMarkdown(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(2.5, true)]
    [InlineData(2.51, false)]
    public void Added_latency_is_the_difference_at_the_common_rate_and_must_not_exceed_half_a_millisecond(double p99, bool isKept)
    {
        var report = ReportOf(
            Saturated("yarp", 1) with { Kind = LoadKind.Common, P99 = 2 },
            Saturated("gateway", 1) with { Kind = LoadKind.Common, P99 = p99 },
            Saturated("gateway", 1) with { Kind = LoadKind.Seventy, P99 = 100 },
            Saturated("yarp", 1) with { Kind = LoadKind.Seventy, P99 = 1 });

        Assert.Equal(isKept, report.Missed() is null);
    }

    [Fact]
    public void What_was_not_measured_is_said_and_not_missed()
    {
        var report = ReportOf(Saturated("gateway", 1));

        Assert.Null(report.Missed());
        Assert.Contains("| requests/s, beside bare Envoy | – | ≥ 1.10 | not measured |", report.ToMarkdown(), StringComparison.Ordinal);
    }

    [Fact]
    public void Programs_get_every_measurement()
    {
        using var json = JsonDocument.Parse(JsonReport.Of(ReportOf(Saturated("yarp", 1), Saturated("yarp", 2))));

        var measurements = json.RootElement.GetProperty("measurements");
        Assert.Equal(2, measurements.GetArrayLength());
        Assert.Equal("saturation", measurements[0].GetProperty("kind").GetString());
    }

    private static CompareReport ReportOf(params Measurement[] measurements)
    {
        var command = new CompareCommand();
        return new CompareReport(command.Read(command.Parse([])), Broker: null, Cores: 2, measurements);
    }

    private static Measurement Saturated(string contestant, int round, double perSecond = 1000, long perCpuSecond = 1000) => new(
        contestant, round, LoadKind.Saturation, perCpuSecond, perSecond, 1, 2, 3, LateP99: 0, new CpuSeconds(1, 0, 0, 0, 0, 0), 1 << 20, AllocatedBytes: null, OthersCores: 0);
}
