using System.Text.Json;
using Gateway.LoadTests.Compare;
using Gateway.LoadTests.Reporting;
using Gateway.LoadTests.Start;

namespace Gateway.LoadTests.Tests.Start;

public sealed class StartReportTests
{
    [Fact]
    public void Ratio_is_taken_within_a_round_beside_the_gateway_that_is_named_first()
    {
        // Twice as slow a machine in round 2 changes no ratio: 0.4, 0.5 and 0.3.
        var text = ReportOf(
            Started("plain", 1, 1000), Started("compiled", 1, 400),
            Started("plain", 2, 2000), Started("compiled", 2, 1000),
            Started("plain", 3, 1000), Started("compiled", 3, 300)).ToMarkdown();

        Assert.Contains("| ready, beside the first | 1.00 (1.00 to 1.00) | 0.40 (0.30 to 0.50) |", text, StringComparison.Ordinal);
        Assert.Contains("| ready after ms | 1000 (1000 to 2000) | 400 (300 to 1000) |", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Warm_gateways_are_compared_within_a_round_too()
    {
        var text = ReportOf(Started("plain", 1, 1000), Started("compiled", 1, 400)).ToMarkdown();

        Assert.Contains("| warm, flat out: requests per CPU-second | 500 (500 to 500) | 600 (600 to 600) |\n| the same, beside the first | 1.00 (1.00 to 1.00) | 1.20 (1.20 to 1.20) |", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Programs_get_every_start()
    {
        using var json = JsonDocument.Parse(JsonReport.Of(ReportOf(Started("plain", 1, 1000), Started("compiled", 1, 400))));

        var starts = json.RootElement.GetProperty("starts");
        Assert.Equal(2, starts.GetArrayLength());
        Assert.Equal(3, starts[0].GetProperty("first").GetProperty("p99").GetDouble());
    }

    private static StartReport ReportOf(params StartMeasurement[] starts) => new(
        new StartScenario([new("plain", "/plain"), new("compiled", "/compiled")], 3, 2000, 64, TimeSpan.FromSeconds(1), JsonFile: null),
        Cores: 2,
        starts,
        [Warm("plain", 500), Warm("compiled", 600)]);

    private static StartMeasurement Started(string gateway, int round, double milliseconds)
    {
        var load = new ColdLoad(CpuSeconds: 1, P50: 2, P99: 3, Largest: 4, NotOk: 0, CompiledMethods: 5, CompilationSeconds: 6);
        return new StartMeasurement(gateway, round, milliseconds, ReadyCpuSeconds: 1, load, load);
    }

    private static Measurement Warm(string gateway, long perCpuSecond) => new(
        gateway, 1, LoadKind.Saturation, perCpuSecond, 1000, 1, 2, 3, LateP99: 0, new CpuSeconds(1, 0, 0, 0, 0, 0), 1 << 20, AllocatedBytes: null, OthersCores: 0);
}
