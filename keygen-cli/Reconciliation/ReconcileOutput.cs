using System.Globalization;
using Gateway.Keygen.Output;

namespace Gateway.Keygen.Reconciliation;

/// <summary>
/// A line for each source and organization, and the verdict as the last. In a pipe each begins with what it is.
/// </summary>
internal static class ReconcileOutput
{
    // Scripts cut these columns out by number: new ones go to the end.
    private static readonly Column<SourceLine>[] SourceColumns =
    [
        new("SOURCE", line => line.Source) { IsUnbroken = true },
        new("STATE", line => line.State) { IsUnbroken = true },
        new("MINTED", line => line.Minted) { IsNumber = true },
        new("STORED", line => line.Stored) { IsNumber = true },
        new("DUPLICATES", line => line.Duplicates) { IsNumber = true },
        new("DEAD", line => line.DeadLettered) { IsNumber = true },
        new("OPEN", line => line.Open) { IsNumber = true },
        new("MISSING", line => line.Missing) { IsNumber = true },
        new("DOUBLED", line => line.Doubled) { IsNumber = true },
        new("MISSING SEQUENCES", line => line.DescribeRanges()),
        new("UNANSWERED", line => line.Unanswered) { IsNumber = true },
    ];

    private static readonly Column<OrganizationLine>[] OrganizationColumns =
    [
        new("ORGANIZATION", line => line.OrganizationId) { IsUnbroken = true },
        new("RAW", line => line.RawRequests) { IsNumber = true },
        new("LEDGER", line => line.LedgerRequests) { IsNumber = true },
        new("ROLLUP", line => line.RollupRequests) { IsNumber = true },
        new("RAW UNITS", line => line.RawUnits) { IsNumber = true },
        new("LEDGER UNITS", line => line.LedgerUnits) { IsNumber = true },
        new("ROLLUP UNITS", line => line.RollupUnits) { IsNumber = true },
        new("LEDGER HOURS", line => line.LedgerHours) { IsNumber = true },
        new("ROLLUP HOURS", line => line.RollupHours) { IsNumber = true },
        new("ROLLUP DAYS", line => line.RollupDays) { IsNumber = true },
        new("FIRST DIFFERENCE", line => line.FirstLedgerHour ?? line.FirstRollupHour),
        new("ROLLUP MONTHS", line => line.RollupMonths) { IsNumber = true },
    ];

    public static async Task WriteAsync(Surroundings surroundings, ReconcileReport report, CancellationToken cancellationToken)
    {
        await WriteAsync(surroundings, "source", SourceColumns, report.Sources, cancellationToken);
        await WriteAsync(surroundings, "organization", OrganizationColumns, report.Organizations, cancellationToken);
        await surroundings.Output.WriteLineAsync(Verdict(report));
    }

    /// <summary>What the figures alone do not say, a line each, beside the data.</summary>
    public static async Task WriteNotesAsync(Surroundings surroundings, ReconcileReport report)
    {
        await surroundings.Error.WriteLineAsync($"{Cell.Time(report.From)} to {Cell.Time(report.To)}:");
        if (report.ComparedFrom > report.From)
        {
            await surroundings.Error.WriteLineAsync(
                $"Raw rows before {Cell.Time(report.ComparedFrom)} are not kept: totals before it are not compared.");
        }

        foreach (var source in report.Sources)
        {
            if (source.Unanswered > 0)
            {
                await surroundings.Error.WriteLineAsync(string.Create(
                    CultureInfo.InvariantCulture, $"{source.Source} was killed before it answered requests: {source.Unanswered} of its sequences belong to no event."));
            }

            if (source is { State: SourceState.Running, NamedUpTo: { } namedUpTo })
            {
                await surroundings.Error.WriteLineAsync(string.Create(
                    CultureInfo.InvariantCulture,
                    $"{source.Source} has more under way than its heartbeats can name: what it minted from sequence {namedUpTo} on counts as open, not as missing."));
            }

            if (source.State == SourceState.Silent)
            {
                await surroundings.Error.WriteLineAsync(
                    $"{source.Source} is silent since {Cell.Time(source.AnnouncedAt!.Value)}: killed or cut off. What it minted after sequence "
                    + string.Create(CultureInfo.InvariantCulture, $"{source.Minted} is not known until its journal is drained: start a gateway on its volume. Where that is lost, --accept-silent."));
            }
        }

        var unannounced = report.Sources.Count(static source => source.State == SourceState.Unannounced);
        if (unannounced > 0)
        {
            await surroundings.Error.WriteLineAsync(string.Create(
                CultureInfo.InvariantCulture, $"Sources that never sent a heartbeat: {unannounced}. The loss of their last events cannot be seen."));
        }
    }

    private static Task WriteAsync<T>(
        Surroundings surroundings, string kind, Column<T>[] columns, IReadOnlyList<T> lines, CancellationToken cancellationToken) =>
        new TextTable<T>(surroundings, surroundings.IsOutputTerminal ? columns : [new("KIND", _ => kind), .. columns])
            .WriteAsync(lines.ToAsyncEnumerable(), total: null, cancellationToken);

    private static string Verdict(ReconcileReport report) => report.Unexplained == 0
        ? "0 unexplained"
        : string.Create(
            CultureInfo.InvariantCulture,
            $"{report.Unexplained} unexplained: {report.Missing} missing, {report.Doubled} doubled, {report.Differences} totals that differ{SilentOf(report)}");

    private static string SilentOf(ReconcileReport report) => report switch
    {
        { Silent: 0 } => string.Empty,
        { AcceptsSilent: true } => string.Create(CultureInfo.InvariantCulture, $" ({report.Silent} silent accepted)"),
        _ => string.Create(CultureInfo.InvariantCulture, $", {report.Silent} silent"),
    };
}
