using System.CommandLine;
using Gateway.Keygen.Limits;
using Gateway.Keygen.Output;

namespace Gateway.Keygen.Commands;

/// <summary><c>keygen limits unset</c>: an organization goes back to the gateway's defaults, a key or a route to none of its own.</summary>
internal static class LimitsUnsetCommand
{
    public static Command Build(Surroundings surroundings)
    {
        var change = new OrganizationChangeOptions();
        var subject = new LimitSubjectOptions();
        var all = new Option<bool>("--all") { Description = "Also the limits of all of its keys and routes." };
        var command = new ExampleCommand(
            "unset",
            "Take an organization back to the gateway's default limits, or remove the limit of one key or route, and wait until every gateway knows.",
            "keygen limits unset --org-id \"Example Ltd\"",
            "keygen limits unset --org-id \"Example Ltd\" --route reports",
            "keygen limits unset --org-id \"Example Ltd\" --all")
        {
            change.Organization, subject.KeyId, subject.Route, all, change.Change.DryRun, change.Wait.AtMost, change.Wait.Json,
        };
        command.Validators.Add(subject.Validate);
        command.Validators.Add(result =>
        {
            if (result.GetResult(all) is not null && subject.IsIn(result))
            {
                result.AddError("--all contradicts --key-id and --route.");
            }
        });
        command.SetAction((parsed, cancellationToken) => change.Of(parsed).RunAsync(
            surroundings,
            async (connection, found) =>
            {
                var store = new LimitStore(connection);
                await (parsed.GetValue(all)
                    ? store.UnsetAllAsync(found.Id, cancellationToken)
                    : store.UnsetAsync(await subject.ResolveAnyAsync(connection, found, parsed, cancellationToken), cancellationToken));
                return await store.GetAsync(found, cancellationToken);
            },
            limits => LimitsOutput.WriteAsync(surroundings, limits, cancellationToken),
            KeygenJson.Readable.OrganizationLimits,
            cancellationToken));
        return command;
    }
}
