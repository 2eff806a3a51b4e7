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
        var wait = DurationOptions.Wait();
        var json = Options.Json();
        var command = new ExampleCommand(
            "suspend",
            "Make all keys of an organization stop working until it is resumed, and wait until every gateway confirms it. The keys themselves are not changed.",
            "keygen org suspend \"Example Ltd\"")
        {
            organization, wait, json,
        };
        command.SetAction((parsed, cancellationToken) => RunAsync(
            surroundings,
            parsed.GetRequiredValue(organization)!,
            parsed.GetValue(wait) ?? DurationOptions.DefaultWait,
            parsed.GetValue(json),
            cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(
        Surroundings surroundings, OrganizationReference reference, TimeSpan wait, bool json, CancellationToken cancellationToken)
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
        var report = await watch.WaitAsync(wait, cancellationToken);
        var exitCode = await PropagationOutput.WriteAsync(surroundings, "suspended", report);
        if (json)
        {
            await PropagationOutput.WriteJsonAsync(surroundings, suspended, KeygenJson.Readable.Organization, report);
        }

        return exitCode;
    }
}
