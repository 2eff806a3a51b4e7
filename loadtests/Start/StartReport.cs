using System.Text;
using Gateway.LoadTests.Reporting;
using Measurement = Gateway.LoadTests.Compare.Measurement;

namespace Gateway.LoadTests.Start;

/// <summary>All that was measured, and what it says.</summary>
/// <param name="Scenario">What was asked for.</param>
/// <param name="Cores">Cores of the machine, which everybody shares.</param>
/// <param name="Starts">In the order in which they were made.</param>
/// <param name="Warm">Flat out, in the order in which they were measured.</param>
internal sealed record StartReport(
    StartScenario Scenario, int Cores, IReadOnlyList<StartMeasurement> Starts, IReadOnlyList<Measurement> Warm)
{
    /// <summary>Above the lines of starts.</summary>
    public static string StartHeader =>
        $"{"",-18} {"round",5} {"ready ms",8} {"CPU s",6} {"0-5 s: CPU",10} {"p99 ms",8} {"max ms",8} {"not 200",7} {"5-10 s: CPU",11} {"p99 ms",8} {"max ms",8} {"compiled",8}";

    public static string LineOf(StartMeasurement one) =>
        $"{one.Gateway,-18} {one.Round,5} {one.ReadyMilliseconds,8:0} {one.ReadyCpuSeconds,6:0.00} {one.First.CpuSeconds,10:0.00} {one.First.P99,8:0.0} {one.First.Largest,8:0} {one.First.NotOk,7} "
        + $"{one.Next.CpuSeconds,11:0.00} {one.Next.P99,8:0.0} {one.Next.Largest,8:0} {one.Next.CompiledMethods,8:0}";

    /// <summary>For people, and for a page: medians over the rounds, with the smallest and the largest.</summary>
    public string ToMarkdown()
    {
        var text = new StringBuilder();
        text.AppendLine()
            .AppendLine($"{Scenario.Rounds} rounds, {Scenario.Rate} requests/s on {Scenario.Connections} connections, {Cores} cores; median (smallest to largest)")
            .AppendLine($"Cores busy with anything else, when warm: {Spread.Of(Warm.Select(static one => one.OthersCores)).ToText("0.00")}")
            .AppendLine()
            .Append('|').AppendJoin('|', Scenario.Gateways.Select(static gateway => $" {gateway.Name} ").Prepend(" ")).AppendLine("|")
            .Append('|').AppendJoin('|', Scenario.Gateways.Select(static _ => "---").Prepend("---")).AppendLine("|");
        AppendRow(text, "ready after ms", "0", OfStarts(static one => one.ReadyMilliseconds));
        AppendRow(text, "CPU seconds until then", "0.00", OfStarts(static one => one.ReadyCpuSeconds));
        AppendLoad(text, "first 5 s", static one => one.First);
        AppendLoad(text, "next 5 s", static one => one.Next);
        AppendRatios(text, "ready, beside the first", OfStarts(static one => one.ReadyMilliseconds));
        AppendRatios(text, "CPU seconds until the end of the first 5 s, beside the first", OfStarts(static one => one.ReadyCpuSeconds + one.First.CpuSeconds));
        var warm = Warm.Select(static one => new Figure(one.Contestant, one.Round, one.RequestsPerCpuSecond)).ToArray();
        AppendRow(text, "warm, flat out: requests per CPU-second", "0", warm);
        AppendRatios(text, "the same, beside the first", warm);
        return text.ToString().TrimEnd();
    }

    private void AppendLoad(StringBuilder text, string title, Func<StartMeasurement, ColdLoad> load)
    {
        AppendRow(text, $"{title}: CPU seconds", "0.00", OfStarts(one => load(one).CpuSeconds));
        AppendRow(text, $"{title}: p50 ms", "0.00", OfStarts(one => load(one).P50));
        AppendRow(text, $"{title}: p99 ms", "0.0", OfStarts(one => load(one).P99));
        AppendRow(text, $"{title}: slowest ms", "0", OfStarts(one => load(one).Largest));
        AppendRow(text, $"{title}: not 200", "0", OfStarts(one => load(one).NotOk));
        AppendRow(text, $"{title}: methods compiled since the start", "0", OfStarts(one => load(one).CompiledMethods));
        AppendRow(text, $"{title}: seconds that compiling took since the start", "0.0", OfStarts(one => load(one).CompilationSeconds));
    }

    private Figure[] OfStarts(Func<StartMeasurement, double> value) => [.. Starts.Select(one => new Figure(one.Gateway, one.Round, value(one)))];

    private void AppendRow(StringBuilder text, string title, string format, Figure[] figures) => AppendCells(
        text, title, gateway => Spread.Of(figures.Where(one => one.Gateway == gateway).Select(static one => one.Value)).ToText(format));

    // Within a round: what else the machine did then hit both.
    private void AppendRatios(StringBuilder text, string title, Figure[] figures) => AppendCells(text, title, gateway => Spread.Of(
        from one in figures
        where one.Gateway == gateway
        join first in figures.Where(figure => figure.Gateway == Scenario.Gateways[0].Name) on one.Round equals first.Round
        select one.Value / first.Value).ToText("0.00"));

    private void AppendCells(StringBuilder text, string title, Func<string, string> cell) =>
        text.Append('|').AppendJoin('|', Scenario.Gateways.Select(gateway => $" {cell(gateway.Name)} ").Prepend($" {title} ")).AppendLine("|");

    private readonly record struct Figure(string Gateway, int Round, double Value);
}
