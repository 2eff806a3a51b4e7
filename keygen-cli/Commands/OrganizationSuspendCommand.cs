using System.CommandLine;
using Gateway.Keygen.Arguments;
using Gateway.Keygen.Changes;
using Gateway.Keygen.Connections;
using Gateway.Keygen.Organizations;
using Gateway.Keygen.Output;
using Gateway.Keygen.Propagation;

namespace Gateway.Keygen.Commands;

/// <summary><c>keygen org suspend ORG</c>: can be taken back with <c>keygen org resume</c>, so it does not ask.</summary>
internal static class OrganizationSuspendCommand
{
    public static Command Build(Surroundings surroundings)
    {
        var organization = Options.OrganizationArgument();
        var change = new ChangeOptions();
        var wait = new PropagationWaitOptions();
        var command = new ExampleCommand(
            "suspend",
            "Make all keys of an organization stop working until it is resumed, and wait until every gateway confirms it. The keys themselves are not changed.",
            "keygen org suspend \"Example Ltd\"")
        {
            organization, change.DryRun, wait.AtMost, wait.Json,
        };
        command.SetAction((parsed, cancellationToken) => RunAsync(
            surroundings,
            parsed.GetRequiredValue(organization)!,
            change.Of(parsed),
            wait.Of(parsed),
            cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(
        Surroundings surroundings, OrganizationReference reference, ChangeTerms terms, PropagationWait wait, CancellationToken cancellationToken)
    {
        await using var connection = await DatabaseConnection.OpenAsync(surroundings, cancellationToken);
        var store = new OrganizationStore(connection);
        var organization = await store.GetAsync(reference, cancellationToken);

        await using var change = await Change.BeginAsync(surroundings, connection, terms, cancellationToken);
        var suspended = await store.SetStatusAsync(organization.Id, Organization.Suspended, cancellationToken)
            ?? throw new CommandException(ExitCode.Conflict, $"organization {organization.Id} \"{organization.Name}\" is suspended already");
        if (change.IsDryRun)
        {
            return await change.ShowAsync(wait.Json, cancellationToken);
        }

        var watch = await PropagationWatch.CommitAsync(surroundings, change, suspended.Version, cancellationToken);

        await surroundings.Error.WriteLineAsync(
            $"Organization {suspended.Id} \"{suspended.Name}\" is suspended. To take it back:  keygen org resume {suspended.Id}");
        return await wait.EndAsync(surroundings, watch, "suspended", suspended, KeygenJson.Readable.Organization, cancellationToken);
    }
}
