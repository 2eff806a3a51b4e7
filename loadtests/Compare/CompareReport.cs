using System.Text;
using Gateway.LoadTests.Reporting;

namespace Gateway.LoadTests.Compare;

/// <summary>All that was measured, and what it says.</summary>
/// <param name="Scenario">What was asked for.</param>
/// <param name="Broker">Which broker it was; null where nobody needed one.</param>
/// <param name="Cores">Cores of the machine, which everybody shares.</param>
/// <param name="Measurements">In the order in which they were made.</param>
internal sealed record CompareReport(CompareScenario Scenario, string? Broker, int Cores, IReadOnlyList<Measurement> Measurements)
{
    private const double Mebibyte = 1024 * 1024;
    private const string Nothing = "–";

    /// <summary>Above the lines.</summary>
    public static string Header =>
        $"{"",-18} {"round",5} {"load",-10} {"requests/s",10} {"per CPU-s",10} {"p50 ms",8} {"p99 ms",8} {"p99.9 ms",8} {"late p99",8} {"others",7}";

    public static string LineOf(Measurement one) =>
        $"{one.Contestant,-18} {one.Round,5} {one.Kind,-10} {one.RequestsPerSecond,10:0} {one.RequestsPerCpuSecond,10:0} "
        + $"{one.P50,8:0.00} {one.P99,8:0.00} {one.P999,8:0.00} {one.LateP99,8:0.00} {one.OthersCores,7:0.00}";

    /// <summary>For people, and for a page: medians over the rounds, with the smallest and the largest where they are telling.</summary>
    public string ToMarkdown()
    {
        var text = new StringBuilder();
        text.AppendLine()
            .AppendLine($"{Scenario.Rounds} rounds of {Scenario.During.TotalSeconds:0} s, {Scenario.Connections} connections, {Cores} cores"
                + $"{(Broker is null ? string.Empty : $"; {Broker}")}; median (smallest to largest)")
            .AppendLine($"Cores busy with anything else: {Spread.Of(Measurements.Select(static one => one.OthersCores)).ToText("0.00")}")
            .AppendLine();
        AppendSaturation(text);
        AppendLatencies(text, "of its own saturation", [(LoadKind.Half, "50 %"), (LoadKind.Seventy, "70 %")]);
        AppendLatencies(text, "at one rate, 70 % of the gateway's saturation", [(LoadKind.Common, "one rate")]);
        AppendThresholds(text);
        return text.ToString().TrimEnd();
    }

    /// <summary>Which thresholds were missed, in one line; null for none. What was not measured was not missed.</summary>
    public string? Missed()
    {
        var missed = Threshold.All.Where(threshold => threshold.Of(Measurements) is { } spread && !threshold.IsKept(spread)).ToArray();
        return missed.Length == 0 ? null : $"Missed: {string.Join("; ", missed.Select(static threshold => threshold.What))}";
    }

    private void AppendSaturation(StringBuilder text)
    {
        text.AppendLine("| flat out | requests/s | per CPU-second of its own | beside bare YARP | CPU µs a request: own | Redis | broker | backend | load | peak MiB | allocated bytes |")
            .AppendLine("|---|---|---|---|---|---|---|---|---|---|---|");
        foreach (var (name, all) in ByContestant(LoadKind.Saturation))
        {
            text.AppendLine(
                $"| {name} | {Text(all, static one => one.RequestsPerSecond)} | {Text(all, static one => one.RequestsPerCpuSecond)} | {BesideYarp(all)} "
                + $"| {Cpu(all, static cpu => cpu.Own)} | {Cpu(all, static cpu => cpu.Redis)} | {Cpu(all, static cpu => cpu.Broker)} | {Cpu(all, static cpu => cpu.Backend)} | {Cpu(all, static cpu => cpu.Generator)} "
                + $"| {all.Max(static one => one.PeakBytes) / Mebibyte:0} | {Allocated(all)} |");
        }

        text.AppendLine();
    }

    private void AppendLatencies(StringBuilder text, string title, (LoadKind Kind, string Name)[] kinds)
    {
        if (!Measurements.Any(one => one.Kind == kinds[0].Kind))
        {
            return;
        }

        text.AppendLine($"| ms from when a request was due, {title} | load | requests/s | p50 | p99 | p99.9 | p99 of the load's own lateness | CPU µs a request |")
            .AppendLine("|---|---|---|---|---|---|---|---|");
        foreach (var (kind, load) in kinds)
        {
            foreach (var (name, all) in ByContestant(kind))
            {
                text.AppendLine(
                    $"| {name} | {load} | {Text(all, static one => one.RequestsPerSecond)} | {Text(all, static one => one.P50, "0.00")} "
                    + $"| {Text(all, static one => one.P99, "0.00")} | {Text(all, static one => one.P999, "0.00")} "
                    + $"| {Text(all, static one => one.LateP99, "0.00")} | {Cpu(all, static cpu => cpu.Own)} |");
            }
        }

        text.AppendLine();
    }

    private void AppendThresholds(StringBuilder text)
    {
        text.AppendLine("| the gateway, within a round | median (smallest to largest) | wanted | |").AppendLine("|---|---|---|---|");
        foreach (var threshold in Threshold.All)
        {
            var wanted = $"{(threshold.IsMost ? "≤" : "≥")} {threshold.Wanted:0.00}";
            text.AppendLine(threshold.Of(Measurements) is { } spread
                ? $"| {threshold.What} | {spread.ToText("0.00")} | {wanted} | {(threshold.IsKept(spread) ? "kept" : "missed")} |"
                : $"| {threshold.What} | {Nothing} | {wanted} | not measured |");
        }
    }

    private IEnumerable<(string Name, Measurement[] All)> ByContestant(LoadKind kind) =>
        from name in ContestantNames.All
        let all = Measurements.Where(one => one.Kind == kind && one.Contestant == name).ToArray()
        where all.Length > 0
        select (name, all);

    private string BesideYarp(Measurement[] all)
    {
        var ratios = all.Join(
            Measurements.Where(static one => one is { Kind: LoadKind.Saturation, Contestant: ContestantNames.Yarp }),
            static one => one.Round,
            static yarp => yarp.Round,
            static (one, yarp) => one.RequestsPerCpuSecond / yarp.RequestsPerCpuSecond).ToArray();
        return ratios.Length == 0 ? Nothing : Spread.Of(ratios).ToText("0.00");
    }

    private static string Text(Measurement[] all, Func<Measurement, double> value, string format = "0") => Spread.Of(all.Select(value)).ToText(format);

    private static string Cpu(Measurement[] all, Func<CpuSeconds, double> part) =>
        $"{Spread.Of(all.Select(one => one.MicrosecondsPerRequest(part(one.Cpu)))).Median:0.0}";

    private static string Allocated(Measurement[] all) =>
        all[0].AllocatedBytes is null ? Nothing : $"{Spread.Of(all.Select(static one => one.AllocatedBytes ?? 0)).Median:0}";
}
