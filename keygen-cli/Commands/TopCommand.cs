using System.CommandLine;
using Gateway.Keygen.ApiKeys;
using Gateway.Keygen.Connections;
using Gateway.Keygen.Organizations;
using Gateway.Keygen.Output;
using Gateway.Keygen.Usage;

namespace Gateway.Keygen.Commands;

/// <summary><c>keygen top</c>: who uses most.</summary>
internal static class TopCommand
{
    private const int DefaultLimit = 10;
    private const int MaximumLimit = 1000;

    public static Command Build(Surroundings surroundings)
    {
        var period = new UsagePeriodOptions(surroundings.Time);
        var by = ChoiceOption.Of(
            "--by", "Who or what. Default: organization.", UsageGrouping.Organization, UsageGrouping.Key, UsageGrouping.Route);
        var limit = LimitOption.Of(DefaultLimit, MaximumLimit, "How many");
        var format = new FormatOptions();
        var command = new ExampleCommand(
            "top",
            "Show who used most billable units in a period of whole hours (UTC), most first. Reads the usage database.",
            "keygen top",
            "keygen top --from 24h --by key --limit 20",
            "keygen top --period 2026-10 --by route --json")
        {
            period.Whole, period.From, period.To, by, limit, format.Json, format.Csv,
        };
        command.Validators.Add(format.Validate);
        command.SetAction((parsed, cancellationToken) => RunAsync(
            surroundings,
            period.Of(parsed),
            parsed.GetValue(by) ?? UsageGrouping.Organization,
            parsed.GetValue(limit) ?? DefaultLimit,
            format.Of(parsed),
            cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(
        Surroundings surroundings, UsagePeriod period, UsageGrouping by, int limit, OutputFormat format, CancellationToken cancellationToken)
    {
        IReadOnlyList<UsagePart> parts;
        await using (var analytics = await DatabaseConnection.OpenAnalyticsAsync(surroundings, cancellationToken))
        {
            parts = await new TopStore(analytics, period).ReadAsync(by, limit, cancellationToken);
        }

        if (by != UsageGrouping.Route)
        {
            await using var connection = await DatabaseConnection.OpenAsync(surroundings, cancellationToken);
            parts = await NameAsync(connection, parts, cancellationToken);
        }

        var lines = parts.ToAsyncEnumerable();
        var (from, to) = (period.From.UtcDateTime, period.To.UtcDateTime);
        switch (format)
        {
            case OutputFormat.Json:
                await JsonLines.WriteObjectAsync(
                    surroundings.Output,
                    new TopSummary(from, to, ChoiceOption.Word(by)), KeygenJson.Readable.TopSummary,
                    "lines", lines, KeygenJson.Readable.UsagePart, cancellationToken);
                break;
            case OutputFormat.Csv:
                await new CsvTable<UsagePart>(surroundings.Output, TopColumns.ForCsv(by)).WriteAsync(lines, cancellationToken);
                break;
            default:
                await surroundings.Error.WriteLineAsync($"{Cell.Time(from)} to {Cell.Time(to)}:");
                await new TextTable<UsagePart>(
                    surroundings, surroundings.IsOutputTerminal ? TopColumns.ForPeople(by, surroundings.Width) : TopColumns.ForPrograms(by))
                    .WriteAsync(lines, total: null, cancellationToken);
                break;
        }

        return ExitCode.Succeeded;
    }

    // The names may be in another database than the ledger, so they cannot be joined there.
    private static async Task<IReadOnlyList<UsagePart>> NameAsync(
        Npgsql.NpgsqlConnection connection, IReadOnlyList<UsagePart> parts, CancellationToken cancellationToken)
    {
        var organizations = await new OrganizationStore(connection).NamesAsync(
            [.. parts.Select(part => part.OrganizationId!.Value).Distinct()], cancellationToken);
        var keys = (await new ApiKeyStore(connection).LabelsAsync([.. parts.Select(part => part.ApiKeyId).OfType<Guid>()], cancellationToken))
            .ToDictionary(label => label.Id);
        return
        [
            .. parts.Select(part =>
            {
                var key = part.ApiKeyId is { } id ? keys.GetValueOrDefault(id) : null;
                return part with
                {
                    OrganizationName = organizations.GetValueOrDefault(part.OrganizationId!.Value),
                    ApiKeyName = key?.Name,
                    ApiKeyPrefix = key?.Prefix,
                };
            }),
        ];
    }
}
