using System.CommandLine;
using Gateway.Keygen.Limits;
using Gateway.Keygen.Output;

namespace Gateway.Keygen.Commands;

/// <summary><c>keygen limits shadow on|off</c>. To do it again changes nothing and succeeds: what was asked for is so.</summary>
internal static class LimitsShadowCommand
{
    private const string On = "on";
    private const string Off = "off";

    public static Command Build(Surroundings surroundings)
    {
        var state = new Argument<string>("on|off")
        {
            Description = "on: all limits decide and count, and refuse nothing; off: they are enforced, except those that are marked with limits set --shadow.",
        };
        state.AcceptOnlyFromAmong(On, Off);
        var change = new OrganizationChangeOptions();
        var command = new ExampleCommand(
            "shadow",
            "Put all limits of an organization into shadow, the gateway's defaults included, or enforce them, and wait until every gateway does. A quota is not touched.",
            "keygen limits shadow on --org-id \"Example Ltd\"",
            "keygen limits shadow off --org-id \"Example Ltd\"")
        {
            state, change.Organization, change.Change.DryRun, change.Wait.AtMost, change.Wait.Json,
        };
        command.SetAction((parsed, cancellationToken) => change.Of(parsed).RunAsync(
            surroundings,
            async (connection, found) =>
            {
                var store = new LimitStore(connection);
                await store.SetAllShadowAsync(found.Id, parsed.GetRequiredValue(state) == On, cancellationToken);
                return await store.GetAsync(found, cancellationToken);
            },
            limits => LimitsOutput.WriteAsync(surroundings, limits, cancellationToken),
            KeygenJson.Readable.OrganizationLimits,
            cancellationToken));
        return command;
    }
}
