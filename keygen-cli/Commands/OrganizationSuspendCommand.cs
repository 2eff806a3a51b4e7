using System.CommandLine;
using Gateway.Keygen.Arguments;
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
        var wait = new PropagationWaitOptions();
        var command = new ExampleCommand(
            "suspend",
            "Make all keys of an organization stop working until it is resumed, and wait until every gateway confirms it. The keys themselves are not changed.",
            "keygen org suspend \"Example Ltd\"")
        {
            organization, wait.AtMost, wait.Json,
        };
        command.SetAction((parsed, cancellationToken) => RunAsync(
            surroundings,
            parsed.GetRequiredValue(organization)!,
            wait.Of(parsed),
            cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(
        Surroundings surroundings, OrganizationReference reference, PropagationWait wait, CancellationToken cancellationToken)
    {
        await using var connection = await DatabaseConnection.OpenAsync(surroundings, cancellationToken);
        var store = new OrganizationStore(connection);
        var organization = await store.GetAsync(reference, cancellationToken);

        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        var suspended = await store.SetStatusAsync(organization.Id, Organization.Suspended, cancellationToken)
            ?? throw new CommandException(ExitCode.Conflict, $"organization {organization.Id} \"{organization.Name}\" is suspended already");
        var watch = await PropagationWatch.CommitAsync(surroundings, transaction, suspended.Version, cancellationToken);

        await surroundings.Error.WriteLineAsync(
            $"Organization {suspended.Id} \"{suspended.Name}\" is suspended. To take it back:  keygen org resume {suspended.Id}");
        return await wait.EndAsync(surroundings, watch, "suspended", suspended, KeygenJson.Readable.Organization, cancellationToken);
    }
}
