using System.CommandLine;
using Gateway.Keygen.ApiKeys;
using Gateway.Keygen.Arguments;
using Gateway.Keygen.Connections;
using Gateway.Keygen.Organizations;
using Gateway.Keygen.Output;
using Gateway.Keygen.Usage;

namespace Gateway.Keygen.Commands;

/// <summary><c>keygen usage</c>: what an organization used, from the ledger that invoices are drawn from.</summary>
internal static class UsageCommand
{
    // Scripts cut these columns out by number: new ones go to the end, and so in TotalRow.
    private static readonly Column<UsageLine>[] ForPrograms = [new("KEY ID", line => line.ApiKeyId), .. ColumnsBesideId];

    private static readonly Column<UsageLine>[] ForPeople =
        [new("KEY ID", line => Cell.Abbreviate(line.ApiKeyId)) { IsUnbroken = true }, .. ColumnsBesideId];

    // Programs look these columns up by name: none is renamed.
    private static readonly Column<UsageLine>[] ForCsv =
    [
        new("apiKeyId", line => line.ApiKeyId),
        new("apiKeyName", line => line.ApiKeyName),
        new("route", line => line.Route),
        new("requests", line => line.Requests),
        new("billableRequests", line => line.BillableRequests),
        new("billableUnits", line => line.BillableUnits),
        new("requestBytes", line => line.RequestBytes),
        new("responseBytes", line => line.ResponseBytes),
    ];

    private static Column<UsageLine>[] ColumnsBesideId =>
    [
        new("NAME", line => line.ApiKeyName),
        new("ROUTE", line => line.Route),
        new("REQUESTS", line => line.Requests) { IsNumber = true },
        new("BILLABLE", line => line.BillableRequests) { IsNumber = true },
        new("UNITS", line => line.BillableUnits) { IsNumber = true },
        new("BYTES IN", line => line.RequestBytes) { IsNumber = true },
        new("BYTES OUT", line => line.ResponseBytes) { IsNumber = true },
    ];

    public static Command Build(Surroundings surroundings)
    {
        var organization = Options.Organization();
        var period = new UsagePeriodOptions(surroundings.Time);
        var by = ChoiceOption.Of(
            "--by",
            "What to add up by, with a bar chart on a terminal. Hours, days and months are UTC's; those between two that were used are listed with zeros. Default: by key and route.",
            UsageGrouping.Hour, UsageGrouping.Day, UsageGrouping.Month, UsageGrouping.Key, UsageGrouping.Route);
        var format = new FormatOptions();
        var command = new ExampleCommand(
            "usage",
            "Show what an organization used in a period of whole hours (UTC), by key and route or as --by says. Reads the usage database.",
            "keygen usage --org-id \"Example Ltd\"",
            "keygen usage --org-id \"Example Ltd\" --period 2026-10 --by day",
            "keygen usage --org-id \"Example Ltd\" --from 2026-11-01 --to 2026-12-01 --json",
            "keygen usage --org-id \"Example Ltd\" --period yesterday --by hour --csv > hours.csv")
        {
            organization, period.Whole, period.From, period.To, by, format.Json, format.Csv,
        };
        command.Validators.Add(format.Validate);
        command.SetAction((parsed, cancellationToken) => RunAsync(
            surroundings,
            parsed.GetRequiredValue(organization)!,
            period.Of(parsed),
            parsed.GetValue(by),
            format.Of(parsed),
            cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(
        Surroundings surroundings,
        OrganizationReference organizationReference,
        UsagePeriod period,
        UsageGrouping? by,
        OutputFormat format,
        CancellationToken cancellationToken)
    {
        await using var databases = await DatabasePair.OpenAsync(surroundings, cancellationToken);
        var organization = await new OrganizationStore(databases.Keys).GetAsync(organizationReference, cancellationToken);
        await using var usage = new UsageStore(databases.Analytics, new ApiKeyStore(databases.Keys), organization.Id, period);

        var total = await usage.TotalAsync(cancellationToken);
        var summary = new UsageSummary(organization.Id, organization.Name, period.From.UtcDateTime, period.To.UtcDateTime, total)
        {
            By = by is { } grouping ? ChoiceOption.Word(grouping) : null,
        };
        if (format == OutputFormat.Text)
        {
            await surroundings.Error.WriteLineAsync($"{summary.OrganizationName}, {Cell.Time(summary.From)} to {Cell.Time(summary.To)}:");
        }

        await (by is null
            ? WriteLinesAsync(surroundings, summary, usage.LinesAsync(cancellationToken), format, cancellationToken)
            : WritePartsAsync(surroundings, summary, by.Value, usage.PartsAsync(by.Value, cancellationToken), format, cancellationToken));
        return ExitCode.Succeeded;
    }

    private static Task WriteLinesAsync(
        Surroundings surroundings, UsageSummary summary, IAsyncEnumerable<UsageLine> lines, OutputFormat format, CancellationToken cancellationToken) => format switch
        {
            OutputFormat.Json => JsonLines.WriteObjectAsync(
                surroundings.Output, summary, KeygenJson.Readable.UsageSummary, "lines", lines, KeygenJson.Readable.UsageLine, cancellationToken),
            OutputFormat.Csv => new CsvTable<UsageLine>(surroundings.Output, ForCsv).WriteAsync(lines, cancellationToken),
            _ => new TextTable<UsageLine>(surroundings, surroundings.IsOutputTerminal ? ForPeople : ForPrograms)
                .WriteAsync(lines, TotalRow(summary.Total), cancellationToken),
        };

    private static Task WritePartsAsync(
        Surroundings surroundings,
        UsageSummary summary,
        UsageGrouping by,
        IAsyncEnumerable<UsagePart> parts,
        OutputFormat format,
        CancellationToken cancellationToken) => format switch
        {
            OutputFormat.Json => JsonLines.WriteObjectAsync(
                surroundings.Output, summary, KeygenJson.Readable.UsageSummary, "lines", parts, KeygenJson.Readable.UsagePart, cancellationToken),
            OutputFormat.Csv => new CsvTable<UsagePart>(surroundings.Output, UsageColumns.ForCsv(by)).WriteAsync(parts, cancellationToken),
            _ when surroundings.IsOutputTerminal => new TextTable<UsagePart>(surroundings, UsageColumns.ForPeople(by, surroundings.Width))
                .WriteAsync(parts, UsageColumns.TotalForPeople(summary.Total, by), cancellationToken),
            _ => new TextTable<UsagePart>(surroundings, UsageColumns.ForPrograms(by))
                .WriteAsync(parts, UsageColumns.TotalForPrograms(summary.Total, by), cancellationToken),
        };

    private static object?[] TotalRow(UsageTotals total) =>
        ["total", null, null, total.Requests, total.BillableRequests, total.BillableUnits, total.RequestBytes, total.ResponseBytes];
}
