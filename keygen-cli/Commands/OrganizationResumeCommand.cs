using System.CommandLine;
using Gateway.Keygen.Arguments;
using Gateway.Keygen.Changes;
using Gateway.Keygen.Connections;
using Gateway.Keygen.Organizations;
using Gateway.Keygen.Output;

namespace Gateway.Keygen.Commands;

/// <summary><c>keygen org resume ORG</c>: takes <c>keygen org suspend</c> back.</summary>
internal static class OrganizationResumeCommand
{
    public static Command Build(Surroundings surroundings)
    {
        var organization = Options.OrganizationArgument();
        var change = new ChangeOptions();
        var json = Options.Json();
        var command = new ExampleCommand(
            "resume", "Let a suspended organization's keys work again, on every gateway within a second.", "keygen org resume \"Example Ltd\"")
        {
            organization, change.DryRun, json,
        };
        command.SetAction((parsed, cancellationToken) => RunAsync(
            surroundings, parsed.GetRequiredValue(organization)!, change.Of(parsed), parsed.GetValue(json), cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(
        Surroundings surroundings, OrganizationReference reference, ChangeTerms terms, bool json, CancellationToken cancellationToken)
    {
        await using var connection = await DatabaseConnection.OpenAsync(surroundings, cancellationToken);
        var store = new OrganizationStore(connection);
        var organization = await store.GetAsync(reference, cancellationToken);

        await using var change = await Change.BeginAsync(surroundings, connection, terms, cancellationToken);
        var resumed = await store.SetStatusAsync(organization.Id, Organization.Active, cancellationToken)
            ?? throw new CommandException(ExitCode.Conflict, $"organization {organization.Id} \"{organization.Name}\" is not suspended");
        return await change.EndAsync(
            json,
            resumed,
            KeygenJson.Readable.Organization,
            $"Organization {resumed.Id} \"{resumed.Name}\" is active again.",
            cancellationToken);
    }
}
