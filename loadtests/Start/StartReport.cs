using System.Text;
using System.Text.Json;
using Gateway.LoadTests.Ingest;

namespace Gateway.LoadTests.Start;

/// <summary>All that was measured, and what it says.</summary>
/// <param name="Scenario">What was asked for.</param>
/// <param name="Cores">Cores of the machine, which everybody shares.</param>
/// <param name="Measurements">In the order in which they were made.</param>
internal sealed record StartReport(StartScenario Scenario, int Cores, IReadOnlyList<StartMeasurement> Measurements)
{
    private static readonly JsonSerializerOptions Json = new() { WriteIndented = true, PropertyNamingPolicy = JsonNamingPolicy.CamelCase };

    /// <summary>Above the lines.</summary>
    public static string Header =>
        $"{"",-18} {"round",5} {"ready ms",8} {"CPU s",6} {"0-5 s: CPU",10} {"p99 ms",8} {"max ms",8} {"not 200",7} {"5-10 s: CPU",11} {"p99 ms",8} {"max ms",8} {"compiled",8} {"warm: per CPU-s",15} {"others",7}";

    public static string LineOf(StartMeasurement one) =>
        $"{one.Gateway,-18} {one.Round,5} {one.ReadyMilliseconds,8:0} {one.ReadyCpuSeconds,6:0.00} {one.First.CpuSeconds,10:0.00} {one.First.P99,8:0.0} {one.First.Largest,8:0} {one.First.NotOk,7} "
        + $"{one.Next.CpuSeconds,11:0.00} {one.Next.P99,8:0.0} {one.Next.Largest,8:0} {one.Next.CompiledMethods,8:0} {one.RequestsPerCpuSecond,15:0} {one.OthersCores,7:0.00}";

    /// <summary>For people, and for a page: medians over the rounds, with the smallest and the largest.</summary>
    public string ToMarkdown()
    {
        var text = new StringBuilder();
        text.AppendLine()
            .AppendLine($"{Scenario.Rounds} rounds, {Scenario.Rate} requests/s on {Scenario.Connections} connections, {Cores} cores; median (smallest to largest)")
            .AppendLine($"Cores busy with anything else: {Spread.Of(Measurements.Select(static one => one.OthersCores)).ToText("0.00")}")
            .AppendLine()
            .Append('|').AppendJoin('|', Scenario.Gateways.Select(static gateway => $" {gateway.Name} ").Prepend(" ")).AppendLine("|")
            .Append('|').AppendJoin('|', Scenario.Gateways.Select(static _ => "---").Prepend("---")).AppendLine("|");
        AppendRow(text, "ready after ms", "0", static one => one.ReadyMilliseconds);
        AppendRow(text, "CPU seconds until then", "0.00", static one => one.ReadyCpuSeconds);
        AppendLoad(text, "first 5 s", static one => one.First);
        AppendLoad(text, "next 5 s", static one => one.Next);
        AppendRow(text, "warm, flat out: requests per CPU-second", "0", static one => one.RequestsPerCpuSecond);
        AppendRatios(text, "ready, beside the first", static one => one.ReadyMilliseconds);
        AppendRatios(text, "CPU until the end of the first 5 s, beside the first", static one => one.ReadyCpuSeconds + one.First.CpuSeconds);
        AppendRatios(text, "warm requests per CPU-second, beside the first", static one => one.RequestsPerCpuSecond);
        return text.ToString().TrimEnd();
    }

    public Task WriteJsonAsync(string file, CancellationToken cancellationToken) =>
        File.WriteAllTextAsync(file, JsonSerializer.Serialize(this, Json) + "\n", cancellationToken);

    private void AppendLoad(StringBuilder text, string title, Func<StartMeasurement, ColdLoad> load)
    {
        AppendRow(text, $"{title}: CPU seconds", "0.00", one => load(one).CpuSeconds);
        AppendRow(text, $"{title}: p50 ms", "0.00", one => load(one).P50);
        AppendRow(text, $"{title}: p99 ms", "0.0", one => load(one).P99);
        AppendRow(text, $"{title}: slowest ms", "0", one => load(one).Largest);
        AppendRow(text, $"{title}: not 200", "0", one => load(one).NotOk);
        AppendRow(text, $"{title}: methods compiled since the start", "0", one => load(one).CompiledMethods);
        AppendRow(text, $"{title}: seconds that compiling took", "0.0", one => load(one).CompilationSeconds);
    }

    private void AppendRow(StringBuilder text, string title, string format, Func<StartMeasurement, double> value) => AppendCells(
        text, title, gateway => Spread.Of(Of(gateway).Select(value)).ToText(format));

    // Within a round: what else the machine did then hit both.
    private void AppendRatios(StringBuilder text, string title, Func<StartMeasurement, double> value) => AppendCells(
        text, title, gateway => Spread.Of(Of(gateway).Join(Of(Scenario.Gateways[0]), Round, Round, (one, first) => value(one) / value(first))).ToText("0.00"));

    private void AppendCells(StringBuilder text, string title, Func<PublishedGateway, string> cell) =>
        text.Append('|').AppendJoin('|', Scenario.Gateways.Select(gateway => $" {cell(gateway)} ").Prepend($" {title} ")).AppendLine("|");

    private IEnumerable<StartMeasurement> Of(PublishedGateway gateway) => Measurements.Where(one => one.Gateway == gateway.Name);

    private static int Round(StartMeasurement one) => one.Round;
}
