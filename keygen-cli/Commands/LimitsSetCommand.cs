using System.CommandLine;
using System.CommandLine.Parsing;
using Gateway.Keygen.Limits;
using Gateway.Keygen.Organizations;
using Gateway.Keygen.Output;
using Npgsql;

namespace Gateway.Keygen.Commands;

/// <summary><c>keygen limits set</c>: what is not named stays as it is.</summary>
internal static class LimitsSetCommand
{
    public static Command Build(Surroundings surroundings)
    {
        var change = new OrganizationChangeOptions();
        var subject = new LimitSubjectOptions();
        var perMinute = Options.Units("--per-minute", "Units that are refilled in a minute, evenly.");
        var burstPerMinute = Options.Units("--burst-per-minute", "Units that can be spent at once. Default: as --per-minute.");
        var perDay = Options.Units("--per-day", "Units that are refilled in a day, evenly. Not for a key or a route.");
        var burstPerDay = Options.Units("--burst-per-day", "Units that can be spent at once. Default: as --per-day.");
        var shadow = new Option<bool>("--shadow") { Description = "Try it out: the limit decides and counts, and refuses nothing." };
        var noShadow = new Option<bool>("--no-shadow") { Description = "Enforce the limit. A new one is enforced unless --shadow is given." };
        var command = new ExampleCommand(
            "set",
            "Give an organization limits of its own, or one of its keys, or its requests over one route, and wait until every gateway has them. What is not named stays as it is.",
            "keygen limits set --org-id \"Example Ltd\" --per-minute 600 --burst-per-minute 100 --per-day 100000",
            "keygen limits set --org-id \"Example Ltd\" --key-id 3f2c9a1e --per-minute 60",
            "keygen limits set --org-id \"Example Ltd\" --route reports --per-minute 10 --shadow",
            "keygen limits set --org-id \"Example Ltd\" --route reports --no-shadow")
        {
            change.Organization, subject.KeyId, subject.Route, perMinute, burstPerMinute, perDay, burstPerDay, shadow, noShadow, change.Change.DryRun, change.Wait.AtMost, change.Wait.Json,
        };
        command.Validators.Add(subject.Validate);
        command.Validators.Add(result =>
        {
            if (((Option[])[perMinute, perDay, shadow, noShadow]).All(option => result.GetResult(option) is null))
            {
                result.AddError("Nothing to set: name --per-minute, --per-day or both, or --shadow or --no-shadow.");
            }

            RequireLimitOf(result, burstPerMinute, perMinute);
            RequireLimitOf(result, burstPerDay, perDay);
            if (result.GetResult(shadow) is not null && result.GetResult(noShadow) is not null)
            {
                result.AddError("--shadow and --no-shadow contradict each other.");
            }

            if (result.GetResult(perDay) is not null && subject.IsIn(result))
            {
                result.AddError("--per-day is for a whole organization: limits of a key or a route are by the minute.");
            }
        });
        command.SetAction((parsed, cancellationToken) =>
        {
            var wanted = new Wanted(
                (parsed.GetValue(perMinute), parsed.GetValue(burstPerMinute)),
                (parsed.GetValue(perDay), parsed.GetValue(burstPerDay)),
                parsed.GetValue(shadow) ? true : parsed.GetValue(noShadow) ? false : null);
            return change.Of(parsed).RunAsync(
                surroundings,
                async (connection, found) => await SetAsync(
                    connection,
                    found,
                    await subject.ResolveAsync(connection, found, parsed, cancellationToken),
                    wanted,
                    cancellationToken),
                limits => LimitsOutput.WriteAsync(surroundings, limits, cancellationToken),
                KeygenJson.Readable.OrganizationLimits,
                cancellationToken);
        });
        return command;
    }

    private static void RequireLimitOf(CommandResult result, Option burst, Option limit)
    {
        if (result.GetResult(burst) is not null && result.GetResult(limit) is null)
        {
            result.AddError($"{burst.Name} needs {limit.Name}.");
        }
    }

    private static async Task<OrganizationLimits> SetAsync(
        NpgsqlConnection connection, Organization organization, LimitSubject subject, Wanted wanted, CancellationToken cancellationToken)
    {
        var store = new LimitStore(connection);
        foreach (var (period, (limit, burst)) in ((string, (long?, long?))[])[(LimitStore.Minute, wanted.Minute), (LimitStore.Day, wanted.Day)])
        {
            if (limit is { } units)
            {
                await store.SetAsync(subject, period, units, burst ?? units, wanted.IsShadow, cancellationToken);
            }
        }

        if (wanted is { Minute.Limit: null, Day.Limit: null, IsShadow: { } isShadow }
            && await store.MarkAsync(subject, isShadow, cancellationToken) == 0)
        {
            throw new CommandException(
                ExitCode.NotFound,
                "there is no limit of its own to mark: set one with --per-minute, or see keygen limits shadow for all limits of an organization");
        }

        return await store.GetAsync(organization, cancellationToken);
    }

    /// <param name="Minute">The bucket of a minute, where it is named.</param>
    /// <param name="Day">The bucket of a day, where it is named.</param>
    /// <param name="IsShadow">Null where it is to stay as it is.</param>
    private sealed record Wanted((long? Limit, long? Burst) Minute, (long? Limit, long? Burst) Day, bool? IsShadow);
}
