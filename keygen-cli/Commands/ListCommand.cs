using System.CommandLine;
using Gateway.Keygen.ApiKeys;
using Gateway.Keygen.Arguments;
using Gateway.Keygen.Connections;
using Gateway.Keygen.Organizations;
using Gateway.Keygen.Output;

namespace Gateway.Keygen.Commands;

/// <summary><c>keygen list</c>: keys, without the keys themselves.</summary>
internal static class ListCommand
{
    public static Command Build(Surroundings surroundings)
    {
        var organization = Options.Organization(required: false);
        var all = new Option<bool>("--all") { Description = "Revoked and expired keys too." };
        var json = Options.Json();
        var command = new ExampleCommand(
            "list",
            "List the keys of all organizations or of one, without those that are revoked or expired.",
            "keygen list --org-id \"Example Ltd\"",
            "keygen list --all --json | jq -r '.[] | select(.lastUsedAt == null) | .id'")
        {
            organization, all, json,
        };
        command.SetAction((parsed, cancellationToken) => RunAsync(
            surroundings, parsed.GetValue(organization), parsed.GetValue(all), parsed.GetValue(json), cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(
        Surroundings surroundings, OrganizationReference? organizationReference, bool all, bool json, CancellationToken cancellationToken)
    {
        await using var connection = await DatabaseConnection.OpenAsync(surroundings, cancellationToken);
        var organization = organizationReference is null
            ? null
            : await new OrganizationStore(connection).GetAsync(organizationReference, cancellationToken);
        var keys = new ApiKeyStore(connection).ListAsync(organization?.Id, includeEnded: all);
        await (json
            ? JsonLines.WriteArrayAsync(surroundings.Output, keys, KeygenJson.Readable.ApiKey, cancellationToken)
            : new TextTable<ApiKey>(surroundings, surroundings.IsOutputTerminal ? ApiKeyColumns.ForPeople : ApiKeyColumns.ForPrograms)
                .WriteAsync(keys, total: null, cancellationToken));
        return ExitCode.Succeeded;
    }
}
