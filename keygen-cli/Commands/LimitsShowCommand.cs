using System.CommandLine;
using Gateway.Keygen.Arguments;
using Gateway.Keygen.Connections;
using Gateway.Keygen.Limits;
using Gateway.Keygen.Organizations;
using Gateway.Keygen.Output;

namespace Gateway.Keygen.Commands;

/// <summary><c>keygen limits show</c>.</summary>
internal static class LimitsShowCommand
{
    public static Command Build(Surroundings surroundings)
    {
        var organization = Options.Organization();
        var json = Options.Json();
        var command = new ExampleCommand("show", "Show an organization's limits, and those of its keys and routes.", "keygen limits show --org-id \"Example Ltd\"")
        {
            organization, json,
        };
        command.SetAction((parsed, cancellationToken) => RunAsync(
            surroundings, parsed.GetRequiredValue(organization)!, parsed.GetValue(json), cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(
        Surroundings surroundings, OrganizationReference organizationReference, bool json, CancellationToken cancellationToken)
    {
        await using var connection = await DatabaseConnection.OpenAsync(surroundings, cancellationToken);
        var organization = await new OrganizationStore(connection).GetAsync(organizationReference, cancellationToken);
        var limits = await new LimitStore(connection).GetAsync(organization, cancellationToken);
        await (json
            ? JsonLines.WriteObjectAsync(surroundings.Output, limits, KeygenJson.Readable.OrganizationLimits)
            : LimitsOutput.WriteAsync(surroundings, limits, cancellationToken));
        return ExitCode.Succeeded;
    }
}
