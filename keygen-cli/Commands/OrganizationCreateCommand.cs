using System.CommandLine;
using Gateway.Keygen.Changes;
using Gateway.Keygen.Connections;
using Gateway.Keygen.Organizations;
using Gateway.Keygen.Output;

namespace Gateway.Keygen.Commands;

/// <summary><c>keygen org create NAME</c>: prints the new organization's id.</summary>
internal static class OrganizationCreateCommand
{
    public static Command Build(Surroundings surroundings)
    {
        var name = Options.NameArgument("What to call it; need not be unique.");
        var id = Options.Id("The id it gets. Default: a random one.");
        var change = new ChangeOptions();
        var json = Options.Json();
        var command = new ExampleCommand("create", "Make an organization and print its id.", "ORG=$(keygen org create \"Example Ltd\")")
        {
            name, id, change.DryRun, json,
        };
        command.SetAction((parsed, cancellationToken) => RunAsync(
            surroundings, parsed.GetRequiredValue(name), parsed.GetValue(id), change.Of(parsed), parsed.GetValue(json), cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(
        Surroundings surroundings, string name, Guid? id, ChangeTerms terms, bool json, CancellationToken cancellationToken)
    {
        await using var connection = await DatabaseConnection.OpenAsync(surroundings, cancellationToken);
        await using var change = await Change.BeginAsync(surroundings, connection, terms, cancellationToken);
        var organization = await new OrganizationStore(connection).CreateAsync(id, name, cancellationToken);
        if (change.IsDryRun)
        {
            return await change.ShowAsync(json, cancellationToken);
        }

        await change.CommitAsync(cancellationToken);
        if (json)
        {
            await JsonLines.WriteObjectAsync(surroundings.Output, organization, KeygenJson.Readable.Organization);
            return ExitCode.Succeeded;
        }

        await surroundings.Output.WriteLineAsync(organization.Id.ToString());
        await surroundings.Error.WriteLineAsync($"To make a key:  keygen create --org-id {organization.Id} --name NAME");
        return ExitCode.Succeeded;
    }
}
