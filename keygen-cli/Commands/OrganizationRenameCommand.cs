using System.CommandLine;
using Gateway.Keygen.Arguments;
using Gateway.Keygen.Changes;
using Gateway.Keygen.Connections;
using Gateway.Keygen.Organizations;
using Gateway.Keygen.Output;

namespace Gateway.Keygen.Commands;

/// <summary><c>keygen org rename ORG NAME</c>. Its id, by which everything else knows it, stays.</summary>
internal static class OrganizationRenameCommand
{
    public static Command Build(Surroundings surroundings)
    {
        var organization = Options.OrganizationArgument();
        var name = Options.NameArgument("What to call it from now on; need not be unique.");
        var change = new ChangeOptions();
        var json = Options.Json();
        var command = new ExampleCommand(
            "rename", "Give an organization another name. Its id, keys and limits stay as they are.", "keygen org rename \"Example Ltd\" \"Example PLC\"")
        {
            organization, name, change.DryRun, json,
        };
        command.SetAction((parsed, cancellationToken) => RunAsync(
            surroundings,
            parsed.GetRequiredValue(organization)!,
            parsed.GetRequiredValue(name),
            change.Of(parsed),
            parsed.GetValue(json),
            cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(
        Surroundings surroundings, OrganizationReference reference, string name, ChangeTerms terms, bool json, CancellationToken cancellationToken)
    {
        await using var connection = await DatabaseConnection.OpenAsync(surroundings, cancellationToken);
        var store = new OrganizationStore(connection);
        var organization = await store.GetAsync(reference, cancellationToken);

        await using var change = await Change.BeginAsync(surroundings, connection, terms, cancellationToken);
        var renamed = await store.RenameAsync(organization.Id, name, cancellationToken);
        return await change.EndAsync(
            json,
            renamed,
            KeygenJson.Readable.Organization,
            $"Organization {renamed.Id} was \"{organization.Name}\" and is \"{renamed.Name}\".",
            cancellationToken);
    }
}
