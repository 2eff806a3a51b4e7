using System.CommandLine;
using Gateway.Keygen.Arguments;
using Gateway.Keygen.Output;
using Gateway.Keygen.Quotas;

namespace Gateway.Keygen.Commands;

/// <summary><c>keygen quota set</c>: of the options, what is not named stays as it is.</summary>
internal static class QuotaSetCommand
{
    public static Command Build(Surroundings surroundings)
    {
        var change = new OrganizationChangeOptions();
        var perMonth = Options.Units("--per-month", "Units that can be used in a calendar month.");
        perMonth.Required = true;
        var hard = new Option<bool>("--hard") { Description = "Refuse what is over the quota, until the next month. Default." };
        var soft = new Option<bool>("--soft") { Description = "Let through what is over the quota; it is flagged and counted." };
        var timeZone = TimeZone();
        var command = new ExampleCommand(
            "set",
            "Say how much an organization may use in a calendar month, and wait until every gateway knows. What it has used of this month counts.",
            "keygen quota set --org-id \"Example Ltd\" --per-month 1000000",
            "keygen quota set --org-id \"Example Ltd\" --per-month 1000000 --soft --time-zone Europe/Berlin")
        {
            change.Organization, perMonth, hard, soft, timeZone, change.Change.DryRun, change.Wait.AtMost, change.Wait.Json,
        };
        command.Validators.Add(result =>
        {
            if (result.GetResult(hard) is not null && result.GetResult(soft) is not null)
            {
                result.AddError("--hard and --soft contradict each other.");
            }
        });
        command.SetAction((parsed, cancellationToken) =>
        {
            var enforcement = parsed.GetValue(soft) ? Quota.Soft : parsed.GetValue(hard) ? Quota.Hard : null;
            return change.Of(parsed).RunAsync(
                surroundings,
                async (connection, found) =>
                {
                    var store = new QuotaStore(connection);
                    await store.SetAsync(
                        found.Id, parsed.GetRequiredValue(perMonth)!.Value, enforcement, parsed.GetValue(timeZone), cancellationToken);
                    return await store.GetAsync(found, cancellationToken);
                },
                quota => QuotaOutput.WriteAsync(surroundings, quota, cancellationToken),
                KeygenJson.Readable.Quota,
                cancellationToken);
        });
        return command;
    }

    private static Option<string?> TimeZone() => new("--time-zone")
    {
        Description = $"Whose midnight a month begins at: {TimeZoneName.Allowed}. Default: UTC.",
        HelpName = "ZONE",
        CustomParser = result =>
        {
            var text = Options.OnlyToken(result);
            if (TimeZoneName.IsKnown(text))
            {
                return text;
            }

            result.AddError($"--time-zone: \"{text}\" is no time zone that is known here; allowed is {TimeZoneName.Allowed}.");
            return null;
        },
    };
}
