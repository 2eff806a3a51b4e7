using System.Text;
using Gateway.LoadTests.Reporting;

namespace Gateway.LoadTests.Ingest;

/// <summary>All that was measured, and what it says.</summary>
/// <param name="Scenario">What was asked for.</param>
/// <param name="Broker">Which broker it was.</param>
/// <param name="Cores">Cores of the machine, which processors, PostgreSQL, the broker and whatever else runs share.</param>
/// <param name="Measurements">In the order in which they were made.</param>
/// <param name="ConsumedPerSecond">Events a second that a consumer reads from that broker, if it does nothing with them.</param>
internal sealed record IngestReport(
    IngestScenario Scenario, string Broker, int Cores, IReadOnlyList<Measurement> Measurements, Spread ConsumedPerSecond)
{
    private const double Mebibyte = 1024 * 1024;

    /// <summary>Above the lines.</summary>
    public static string Header =>
        $"{"stored by",-24} {"round",5} {"events/s",10} {"CPU s/million: processor",24} {"PostgreSQL",10} {"peak MiB",9} {"load",6}";

    public static string LineOf(Measurement one) =>
        $"{one.Contestant.Name,-24} {one.Round,5} {one.EventsPerSecond,10:0} {one.ProcessorSecondsPerMillion,24:0.0} "
        + $"{one.DatabaseSecondsPerMillion,10:0.0} {one.PeakBytes / Mebibyte,9:0} {one.Load,6:0.0}";

    /// <summary>A contestant's rates divided by another's of the same round: what the machine did then hit both.</summary>
    public Spread Ratio(Contestant contestant, Contestant to) => Spread.Of(
        Of(contestant).Join(Of(to), one => one.Round, other => other.Round, (one, other) => one.EventsPerSecond / other.EventsPerSecond));

    /// <summary>For people: medians over the rounds, with the smallest and the largest.</summary>
    public string ToTable()
    {
        var text = new StringBuilder();
        text.AppendLine($"{Scenario.Events:n0} events, {Scenario.BatchMessages:n0} a transaction, {Scenario.Rounds} rounds, {Cores} cores; {Broker}; median (smallest to largest)");
        text.AppendLine($"consuming alone: {ConsumedPerSecond.ToText("0")} events/s");
        text.AppendLine($"{"stored by",-24} {"events/s",-26} {"beside PostgreSQL's own",-24} beside 1 processor");
        foreach (var contestant in Scenario.Contestants())
        {
            var rate = Spread.Of(Of(contestant).Select(one => one.EventsPerSecond));
            var one = contestant with { Processors = 1 };
            text.AppendLine(
                $"{contestant.Name,-24} {rate.ToText("0"),-26} {Ratio(contestant, contestant.ToOwnPath()).ToText("0.00"),-24} {Ratio(contestant, one).ToText("0.00")}");
        }

        AppendStatements(text, new Contestant(Processors: 0, OnPresentRows: false));
        AppendStatements(text, new Contestant(Processors: 1, OnPresentRows: false));
        return text.ToString();
    }

    private void AppendStatements(StringBuilder text, Contestant contestant)
    {
        var kinds = Of(contestant)
            .SelectMany(one => one.Statements.Select(cost => (cost.Kind, MillisecondsPerThousand: cost.Milliseconds * 1000 / Scenario.Events)))
            .GroupBy(cost => cost.Kind, cost => cost.MillisecondsPerThousand)
            .Select(kind => (Kind: kind.Key, Spread: Spread.Of(kind)))
            .OrderByDescending(kind => kind.Spread.Median);
        text.AppendLine($"ms in PostgreSQL per 1,000 events, {contestant.Name}:");
        foreach (var (kind, spread) in kinds)
        {
            text.AppendLine($"  {kind,-32} {spread.ToText("0.00")}");
        }
    }

    private IEnumerable<Measurement> Of(Contestant contestant) => Measurements.Where(one => one.Contestant == contestant);
}
