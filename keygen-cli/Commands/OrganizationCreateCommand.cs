using System.CommandLine;
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
        var json = Options.Json();
        var command = new ExampleCommand("create", "Make an organization and print its id.", "ORG=$(keygen org create \"Example Ltd\")")
        {
            name, id, json,
        };
        command.SetAction((parsed, cancellationToken) => RunAsync(
            surroundings, parsed.GetRequiredValue(name), parsed.GetValue(id), parsed.GetValue(json), cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(Surroundings surroundings, string name, Guid? id, bool json, CancellationToken cancellationToken)
    {
        await using var connection = await DatabaseConnection.OpenAsync(surroundings, cancellationToken);
        var organization = await new OrganizationStore(connection).CreateAsync(id, name, cancellationToken);
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
