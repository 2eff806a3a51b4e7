using System.CommandLine;
using Gateway.Keygen.ApiKeys;
using Gateway.Keygen.Arguments;
using Gateway.Keygen.Connections;
using Gateway.Keygen.Organizations;
using Gateway.Keygen.Output;
using Gateway.Keygen.Usage;

namespace Gateway.Keygen.Commands;

/// <summary><c>keygen usage</c>: what an organization used, by key and route, from the ledger that invoices are drawn from.</summary>
internal static class UsageCommand
{
    // Scripts cut these columns out by number: new ones go to the end, and so in TotalRow.
    private static readonly Column<UsageLine>[] ForPrograms = [new("KEY ID", line => line.ApiKeyId), .. ColumnsBesideId];

    private static readonly Column<UsageLine>[] ForPeople =
        [new("KEY ID", line => Cell.Abbreviate(line.ApiKeyId)) { IsUnbroken = true }, .. ColumnsBesideId];

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
        var period = new UsagePeriodOptions();
        var json = Options.Json();
        var command = new ExampleCommand(
            "usage",
            "Show what an organization used in a period of whole hours (UTC), by key and route.",
            "keygen usage --org-id \"Example Ltd\"",
            "keygen usage --org-id \"Example Ltd\" --from 2026-11-01 --to 2026-12-01 --json")
        {
            organization, period.From, period.To, json,
        };
        command.SetAction((parsed, cancellationToken) => RunAsync(
            surroundings,
            parsed.GetRequiredValue(organization)!,
            period.Of(parsed, surroundings.Time.GetUtcNow()),
            parsed.GetValue(json),
            cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(
        Surroundings surroundings, OrganizationReference organizationReference, UsagePeriod period, bool json, CancellationToken cancellationToken)
    {
        await using var connection = await DatabaseConnection.OpenAsync(surroundings, cancellationToken);
        var organization = await new OrganizationStore(connection).GetAsync(organizationReference, cancellationToken);
        await using var analytics = await DatabaseConnection.OpenAnalyticsAsync(surroundings, cancellationToken);
        await using var usage = new UsageStore(analytics, new ApiKeyStore(connection), organization.Id, period);

        var total = await usage.TotalAsync(cancellationToken);
        var lines = usage.LinesAsync(cancellationToken);
        var summary = new UsageSummary(organization.Id, organization.Name, period.From.UtcDateTime, period.To.UtcDateTime, total);
        if (json)
        {
            await JsonLines.WriteObjectAsync(
                surroundings.Output, summary, KeygenJson.Readable.UsageSummary, "lines", lines, KeygenJson.Readable.UsageLine, cancellationToken);
            return ExitCode.Succeeded;
        }

        await surroundings.Error.WriteLineAsync($"{summary.OrganizationName}, {Cell.Time(summary.From)} to {Cell.Time(summary.To)}:");
        await new TextTable<UsageLine>(surroundings, surroundings.IsOutputTerminal ? ForPeople : ForPrograms).WriteAsync(lines, TotalRow(total), cancellationToken);
        return ExitCode.Succeeded;
    }

    private static object?[] TotalRow(UsageTotals total) =>
        ["total", null, null, total.Requests, total.BillableRequests, total.BillableUnits, total.RequestBytes, total.ResponseBytes];
}
