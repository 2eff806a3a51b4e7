using System.Text;
using Gateway.LoadTests.Reporting;

namespace Gateway.LoadTests.Growth;

/// <summary>All that was measured, and what it says.</summary>
/// <param name="Scenario">What was asked for.</param>
/// <param name="Broker">Which broker it was.</param>
/// <param name="Cores">Cores of the machine, which everything shares.</param>
/// <param name="Measurements">In the order in which they were made.</param>
internal sealed record GrowthReport(GrowthScenario Scenario, string Broker, int Cores, IReadOnlyList<GrowthMeasurement> Measurements)
{
    private const double Mebibyte = 1024 * 1024;

    /// <summary>Above the lines.</summary>
    public static string Header => $"{"what grows",-12} {"to",10} {"round",5} {"CPU µs/request",14} {"Redis calls/request",19} {"Redis µs/request",16} {"MiB",6} {"p50 ms",7} {"start s",7} {"load",5}";

    public static string LineOf(GrowthMeasurement one) =>
        $"{one.Point.Dimension,-12} {one.Point.Count,10:n0} {one.Round,5} {one.Microseconds,14:0.0} {one.RedisCallsPerRequest,19:0.000} {one.RedisMicroseconds,16:0.0} "
        + $"{one.OwnBytes / Mebibyte,6:0} {one.MedianMilliseconds,7:0.00} {one.StartSeconds,7:0.0} {one.Load,5:0.0}";

    /// <summary>For people: medians over the rounds, with the smallest and the largest, and beside the first point of the dimension.</summary>
    public string ToMarkdown()
    {
        var text = new StringBuilder();
        text.AppendLine();
        text.AppendLine($"{Scenario.Rate:n0} requests/s, {Scenario.Rounds} rounds of {Scenario.During.TotalSeconds:0} s, {Cores} cores, {Broker}; median (smallest to largest)");
        text.AppendLine();
        text.AppendLine("| what grows | to | CPU µs per request | beside the first | Redis calls per request | its CPU, µs per request | memory, MiB | start, s |");
        text.AppendLine("|---|---|---|---|---|---|---|---|");
        foreach (var dimension in Measurements.GroupBy(static one => one.Point.Dimension))
        {
            var first = 0.0;
            foreach (var point in dimension.GroupBy(static one => one.Point))
            {
                var cost = Spread.Of(point.Select(static one => one.Microseconds));
                first = first == 0 ? cost.Median : first;
                text.AppendLine(
                    $"| {dimension.Key} | {point.Key.Count:n0} | {cost.ToText("0.0")} | {cost.Median / first:0.00} "
                    + $"| {Spread.Of(point.Select(static one => one.RedisCallsPerRequest)).Median:0.000} | {Spread.Of(point.Select(static one => one.RedisMicroseconds)).Median:0.0} "
                    + $"| {Spread.Of(point.Select(static one => one.OwnBytes / Mebibyte)).Median:0} | {point.First().StartSeconds:0.0} |");
            }
        }

        return text.ToString();
    }
}
