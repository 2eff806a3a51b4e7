using System.CommandLine;
using Gateway.Keygen.Arguments;
using Gateway.Keygen.Backends;
using Gateway.Keygen.Connections;
using Gateway.Keygen.Organizations;

namespace Gateway.Keygen.Commands;

/// <summary><c>keygen backend show ORG</c>.</summary>
internal static class BackendShowCommand
{
    public static Command Build(Surroundings surroundings)
    {
        var organization = Options.OrganizationArgument();
        var json = Options.Json();
        var command = new ExampleCommand(
            "show", "Show where an organization's requests go; \"default\" is what the gateway's settings say.", "keygen backend show \"Example Ltd\"")
        {
            organization, json,
        };
        command.SetAction((parsed, cancellationToken) => RunAsync(
            surroundings, parsed.GetRequiredValue(organization)!, parsed.GetValue(json), cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(Surroundings surroundings, OrganizationReference reference, bool json, CancellationToken cancellationToken)
    {
        await using var connection = await DatabaseConnection.OpenAsync(surroundings, cancellationToken);
        var organization = await new OrganizationStore(connection).GetAsync(reference, cancellationToken);
        await BackendOutput.WriteAsync(
            surroundings, await new BackendStore(connection).GetAsync(organization, cancellationToken), json, cancellationToken);
        return ExitCode.Succeeded;
    }
}
