using System.CommandLine;
using Gateway.Keygen.Arguments;
using Gateway.Keygen.Connections;
using Gateway.Keygen.Limits;
using Gateway.Keygen.Organizations;

namespace Gateway.Keygen.Commands;

/// <summary><c>keygen limits set</c>: what is not named stays as it is.</summary>
internal static class LimitsSetCommand
{
    public static Command Build(Surroundings surroundings)
    {
        var organization = Options.Organization();
        var perMinute = Options.Units("--per-minute", "Units that are refilled in a minute, evenly.");
        var burstPerMinute = Options.Units("--burst-per-minute", "Units that can be spent at once. Default: as --per-minute.");
        var perDay = Options.Units("--per-day", "Units that are refilled in a day, evenly.");
        var burstPerDay = Options.Units("--burst-per-day", "Units that can be spent at once. Default: as --per-day.");
        var json = Options.Json();
        var command = new ExampleCommand(
            "set",
            "Give an organization limits of its own. What is not named stays as it is.",
            "keygen limits set --org-id \"Example Ltd\" --per-minute 600 --burst-per-minute 100 --per-day 100000")
        {
            organization, perMinute, burstPerMinute, perDay, burstPerDay, json,
        };
        command.Validators.Add(result =>
        {
            if (result.GetResult(perMinute) is null && result.GetResult(perDay) is null)
            {
                result.AddError("Nothing to set: name --per-minute, --per-day or both.");
            }

            RequireLimitOf(burstPerMinute, perMinute);
            RequireLimitOf(burstPerDay, perDay);

            void RequireLimitOf(Option burst, Option limit)
            {
                if (result.GetResult(burst) is not null && result.GetResult(limit) is null)
                {
                    result.AddError($"{burst.Name} needs {limit.Name}.");
                }
            }
        });
        command.SetAction((parsed, cancellationToken) => RunAsync(
            surroundings,
            parsed.GetRequiredValue(organization)!,
            (parsed.GetValue(perMinute), parsed.GetValue(burstPerMinute)),
            (parsed.GetValue(perDay), parsed.GetValue(burstPerDay)),
            parsed.GetValue(json),
            cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(
        Surroundings surroundings,
        OrganizationReference organizationReference,
        (long? Limit, long? Burst) minute,
        (long? Limit, long? Burst) day,
        bool json,
        CancellationToken cancellationToken)
    {
        await using var connection = await DatabaseConnection.OpenAsync(surroundings, cancellationToken);
        var organization = await new OrganizationStore(connection).GetAsync(organizationReference, cancellationToken);
        var store = new LimitStore(connection);

        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await SetAsync(LimitStore.Minute, minute);
        await SetAsync(LimitStore.Day, day);
        var limits = await store.GetAsync(organization, cancellationToken);
        await transaction.CommitAsync(cancellationToken);

        await LimitsOutput.WriteAsync(surroundings, limits, json, cancellationToken);
        return ExitCode.Succeeded;

        Task SetAsync(string period, (long? Limit, long? Burst) wanted) => wanted.Limit is { } limit
            ? store.SetAsync(organization.Id, period, limit, wanted.Burst ?? limit, cancellationToken)
            : Task.CompletedTask;
    }
}
