using System.CommandLine;
using Gateway.Keygen.Arguments;
using Gateway.Keygen.Backends;
using Gateway.Keygen.Changes;
using Gateway.Keygen.Connections;
using Gateway.Keygen.Organizations;

namespace Gateway.Keygen.Commands;

/// <summary><c>keygen backend remove ORG</c>, also <c>unset</c>: back to the gateway's default. Says what was set, so that it can be set again.</summary>
internal static class BackendRemoveCommand
{
    public static Command Build(Surroundings surroundings)
    {
        var organization = Options.OrganizationArgument();
        var change = new ChangeOptions();
        var json = Options.Json();
        var command = new ExampleCommand(
            "remove", "Send an organization's requests to the gateway's default backend again.", "keygen backend remove \"Example Ltd\"")
        {
            organization, change.DryRun, json,
        };
        command.Aliases.Add("unset");
        command.SetAction((parsed, cancellationToken) => RunAsync(
            surroundings, parsed.GetRequiredValue(organization)!, change.Of(parsed), parsed.GetValue(json), cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(
        Surroundings surroundings, OrganizationReference reference, ChangeTerms terms, bool json, CancellationToken cancellationToken)
    {
        await using var connection = await DatabaseConnection.OpenAsync(surroundings, cancellationToken);
        var organization = await new OrganizationStore(connection).GetAsync(reference, cancellationToken);
        var store = new BackendStore(connection);

        await using var change = await Change.BeginAsync(surroundings, connection, terms, cancellationToken);
        var old = await store.GetAsync(organization, cancellationToken);
        await store.UnsetAsync(organization.Id, cancellationToken);
        if (change.IsDryRun)
        {
            return await change.ShowAsync(json, cancellationToken);
        }

        await change.CommitAsync(cancellationToken);
        if (old.Addresses.Length > 0)
        {
            await surroundings.Error.WriteLineAsync($"It was: {string.Join(' ', old.Addresses)}");
        }

        await BackendOutput.WriteAsync(surroundings, await store.GetAsync(organization, cancellationToken), json, cancellationToken);
        return ExitCode.Succeeded;
    }
}
