using System.CommandLine;
using Gateway.Keygen.Connections;
using Gateway.Keygen.Organizations;
using Gateway.Keygen.Output;

namespace Gateway.Keygen.Commands;

/// <summary><c>keygen org list</c>.</summary>
internal static class OrganizationListCommand
{
    // Scripts cut these columns out by number: new ones go to the end.
    private static readonly Column<Organization>[] Columns =
    [
        new("ID", organization => organization.Id) { IsUnbroken = true },
        new("NAME", organization => organization.Name),
        new("STATUS", organization => organization.Status) { IsUnbroken = true },
        new("CREATED (UTC)", organization => organization.CreatedAt),
    ];

    public static Command Build(Surroundings surroundings)
    {
        var json = Options.Json();
        var command = new ExampleCommand("list", "List all organizations by name.", "keygen org list", "keygen org list --json | jq -r '.[].id'")
        {
            json,
        };
        command.SetAction((parsed, cancellationToken) => RunAsync(surroundings, parsed.GetValue(json), cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(Surroundings surroundings, bool json, CancellationToken cancellationToken)
    {
        await using var connection = await DatabaseConnection.OpenAsync(surroundings, cancellationToken);
        var organizations = new OrganizationStore(connection).ListAsync();
        await (json
            ? JsonLines.WriteArrayAsync(surroundings.Output, organizations, KeygenJson.Readable.Organization, cancellationToken)
            : new TextTable<Organization>(surroundings, Columns).WriteAsync(organizations, total: null, cancellationToken));
        return ExitCode.Succeeded;
    }
}
