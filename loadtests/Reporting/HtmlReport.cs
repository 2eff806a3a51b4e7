using System.Net;
using System.Text;
using Gateway.LoadTests.Running;

namespace Gateway.LoadTests.Reporting;

/// <summary>A page of its own: figures, and plots over time and of the whole distribution. It loads nothing and runs nothing.</summary>
internal static class HtmlReport
{
    // Okabe and Ito's, which can be told apart with any eyes.
    private static readonly string[] Colors = ["#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9"];

    private static readonly double[] NamedPercentiles = [0, 50, 90, 99, 99.9, 99.99, 99.999];

    private const double Mebibyte = 1 << 20;

    private const string Style =
        """
        body { font: 15px/1.5 system-ui, sans-serif; color: #222; background: #fff; max-width: 60rem; margin: 2rem auto; padding: 0 1rem }
        h1 { font-size: 1.5rem; margin: 0 } h1 + p { color: #555; margin-top: .2rem }
        table { border-collapse: collapse; width: 100%; margin: 1.5rem 0; font-variant-numeric: tabular-nums }
        th, td { text-align: right; padding: .3rem .6rem; border-bottom: 1px solid #ddd } th { font-weight: 600 }
        th:first-child, td:first-child, th:last-child, td:last-child { text-align: left }
        ul { list-style: none; padding: 0 } .failed { color: #b00020; font-weight: 600 }
        figure { margin: 2rem 0 } figcaption { font-weight: 600 } svg { width: 100%; height: auto }
        .legend { margin: 0 } .legend span { margin-right: 1.2rem; white-space: nowrap }
        .grid { stroke: #e4e4e4 } text { font-size: 12px; fill: #555 } .x { text-anchor: middle } .y { text-anchor: end; dominant-baseline: middle }
        polyline { fill: none; stroke-width: 1.8; stroke-linejoin: round }
        """;

    public static string Of(NodeStats stats)
    {
        var page = new StringBuilder();
        page.AppendLine(
            $"""
            <!DOCTYPE html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
            <title>{Text(stats.Name)}: load on Gateway</title>
            <style>
            {Style}
            </style>
            </head>
            <body>
            <h1>{Text(stats.Name)}</h1>
            <p>{Text(stats.Target)} · {stats.StartedAt:yyyy-MM-dd HH:mm:ss} UTC · {stats.Cores} cores, load {stats.Load:0.0}</p>
            <ul>
            """);
        foreach (var threshold in stats.Thresholds)
        {
            page.AppendLine($"<li{(threshold.Passed ? string.Empty : " class=\"failed\"")}>{Text($"{threshold}")}</li>");
        }

        page.AppendLine("</ul>");
        AppendTable(page, stats);
        page.Append(Throughput(stats).ToSvg());
        page.Append(LatencyOverTime(stats).ToSvg());
        page.Append(Distribution(stats).ToSvg());
        if (stats.Gateway.Count > 0)
        {
            page.Append(Memory(stats).ToSvg());
        }

        return page.AppendLine("</body>").AppendLine("</html>").ToString();
    }

    private static string Text(string text) => WebUtility.HtmlEncode(text);

    private static string Color(int index) => Colors[index % Colors.Length];

    private static IReadOnlyList<(double At, string Text)> Seconds(NodeStats stats) =>
        Plot.Ticks(stats.Scenarios.Max(static one => one.Intervals.Count));

    private static void AppendTable(StringBuilder page, NodeStats stats)
    {
        page.AppendLine("<table><tr><th>scenario<th>requests<th>a second<th>p50 ms<th>p95<th>p99<th>p99.9<th>largest<th>sent late, p99<th>answers</tr>");
        foreach (var one in stats.Scenarios)
        {
            page.AppendLine(
                $"<tr><td>{Text(one.Name)}<td>{one.Requests}<td>{one.RequestsPerSecond:0.0}<td>{one.Latency?.P50:0.00}<td>{one.Latency?.P95:0.00}<td>{one.Latency?.P99:0.00}"
                + $"<td>{one.Latency?.P999:0.00}<td>{one.Latency?.Maximum:0.00}<td>{one.Late?.P99:0.00}<td>{Text(ScenarioStats.ToText(one.Statuses))}</tr>");
        }

        page.AppendLine("</table>");
    }

    // The first second has no earlier end than 1.
    private static Plot Throughput(NodeStats stats) => new(
        "Answers a second", "seconds", Seconds(stats), IsLogarithmic: false, [.. stats.Scenarios.Select((one, index) => Line(one, index, string.Empty, false, static second => second.Requests))]);

    private static Plot LatencyOverTime(NodeStats stats) => new(
        "Latency over time, ms",
        "seconds",
        Seconds(stats),
        IsLogarithmic: true,
        [
            .. stats.Scenarios.SelectMany((one, index) => (PlotLine[])
            [
                Line(one, index, " p99", false, static second => second.P99),
                Line(one, index, " p50", true, static second => second.P50),
            ]),
        ]);

    // Each halving, or tenth, of the slowest requests gets as much room as the one before.
    private static Plot Distribution(NodeStats stats) => new(
        "Latency by percentile, ms",
        "percent of the requests took no longer",
        [.. NamedPercentiles.Select(static percentile => (Rarity(percentile), $"{percentile}"))],
        IsLogarithmic: true,
        [
            .. stats.Scenarios.Select(static (one, index) => new PlotLine(
                one.Name,
                Color(index),
                IsDashed: false,
                [.. (one.Latency?.Percentiles ?? []).Where(static point => point.Percentile < 100).Select(static point => (Rarity(point.Percentile), point.Milliseconds))])),
        ]);

    private static Plot Memory(NodeStats stats) => new(
        "The gateway's own memory, MiB",
        "seconds",
        Plot.Ticks(stats.Gateway[^1].Second),
        IsLogarithmic: false,
        [new PlotLine("gateway", Color(0), IsDashed: false, [.. stats.Gateway.Select(static sample => (sample.Second, sample.OwnBytes / Mebibyte))])]);

    private static double Rarity(double percentile) => Math.Log10(100 / (100 - percentile));

    private static PlotLine Line(ScenarioStats one, int index, string what, bool isDashed, Func<IntervalStats, double?> read) => new(
        one.Name + what,
        Color(index),
        isDashed,
        [.. one.Intervals.Where(second => read(second) is not null).Select(second => (second.Second + 1.0, read(second)!.Value))]);
}
