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
        var from = Options.WholeHour("--from", "The first hour, a whole one in UTC. Default: the start of the calendar month that the period ends in.");
        var to = Options.WholeHour("--to", "The end, a whole hour in UTC that is not included any more. Default: the end of the current calendar month.");
        var grace = DurationOptions.ReconcileGrace();
        var json = Options.Json();
        var command = new ExampleCommand(
            "reconcile",
            "Prove that no usage is missing, doubled or counted wrong: follows the sequence of every source that was active in the period, and compares "
                + $"raw rows, ledger and rollups. Exit code {ExitCode.Failed}: something is unexplained. Reads the usage database only.",
            "keygen reconcile",
            "keygen reconcile --from 2026-11-01 --to 2026-12-01 --json | jq .unexplained")
        {
            from, to, grace, json,
        };
        command.SetAction((parsed, cancellationToken) => RunAsync(
            surroundings,
            UsagePeriod.Of(parsed.GetValue(from), parsed.GetValue(to), surroundings.Time.GetUtcNow()),
            parsed.GetValue(grace) ?? DurationOptions.DefaultReconcileGrace,
            parsed.GetValue(json),
            cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(
        Surroundings surroundings, UsagePeriod? asked, TimeSpan grace, bool json, CancellationToken cancellationToken)
    {
        var period = asked ?? throw new CommandException(ExitCode.Usage, "the period ends before it has begun: --to must be later than --from");
        await using var analytics = await DatabaseConnection.OpenAnalyticsAsync(surroundings, cancellationToken);
        var report = await Audit.RunAsync(analytics, period, grace, cancellationToken);
        await ReconcileOutput.WriteNotesAsync(surroundings, report);
        await (json
            ? JsonLines.WriteObjectAsync(surroundings.Output, report, KeygenJson.Readable.ReconcileReport)
            : ReconcileOutput.WriteAsync(surroundings, report, cancellationToken));
        return report.Unexplained == 0 ? ExitCode.Succeeded : ExitCode.Failed;
    }
}
