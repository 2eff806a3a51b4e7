using System.CommandLine;
using Gateway.Keygen.Connections;
using Gateway.Keygen.Output;
using Gateway.Keygen.Reconciliation;
using Gateway.Keygen.Usage;

namespace Gateway.Keygen.Commands;

/// <summary><c>keygen reconcile</c>: whether everything that gateways minted is stored once and counted right.</summary>
internal static class ReconcileCommand
{
    public static Command Build(Surroundings surroundings)
    {
        var period = new UsagePeriodOptions(surroundings.Time);
        var grace = DurationOptions.ReconcileGrace();
        var acceptSilent = new Option<bool>("--accept-silent")
        {
            Description = "Do not count sources that fell silent without having ended as unexplained: their journals are lost, and somebody has looked into it.",
        };
        var json = Options.Json();
        var command = new ExampleCommand(
            "reconcile",
            "Prove that no usage is missing, doubled or counted wrong: follows the sequence of every source that was active in the period, and compares "
                + $"raw rows, ledger and rollups. Open is what may still come: it is younger than the grace, or a running gateway says that it is under way, such as a "
                + $"WebSocket. Unanswered is what belongs to no event: its gateway was killed before it answered. Silent is a source that has not ended and says nothing any more. Exit code {ExitCode.Failed}: something is unexplained. Reads the usage database only.",
            "keygen reconcile",
            "keygen reconcile --from 2026-11-01 --to 2026-12-01 --json | jq .unexplained")
        {
            period.Whole, period.From, period.To, grace, acceptSilent, json,
        };
        command.SetAction((parsed, cancellationToken) => RunAsync(
            surroundings,
            period.Of(parsed),
            parsed.GetValue(grace) ?? DurationOptions.DefaultReconcileGrace,
            parsed.GetValue(acceptSilent),
            parsed.GetValue(json),
            cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(
        Surroundings surroundings, UsagePeriod period, TimeSpan grace, bool acceptsSilent, bool json, CancellationToken cancellationToken)
    {
        await using var analytics = await DatabaseConnection.OpenAnalyticsAsync(surroundings, cancellationToken);
        var audit = await ProgressBar.RunAsync(surroundings, "Comparing", Audit.RunAsync(analytics, period, grace, cancellationToken));
        var report = audit with { AcceptsSilent = acceptsSilent };
        await ReconcileOutput.WriteNotesAsync(surroundings, report);
        await (json
            ? JsonLines.WriteObjectAsync(surroundings.Output, report, KeygenJson.Readable.ReconcileReport)
            : ReconcileOutput.WriteAsync(surroundings, report, cancellationToken));
        return report.Unexplained == 0 ? ExitCode.Succeeded : ExitCode.Failed;
    }
}
