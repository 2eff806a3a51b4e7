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
        var store = new LimitStore(connection);
        var common = await store.GetCommonAsync(organization, cancellationToken);
        var keys = store.OfKeysAsync(organization.Id);
        var routes = store.OfRoutesAsync(organization.Id);
        await (json
            ? WriteJsonAsync(surroundings.Output, common, keys, routes, cancellationToken)
            : LimitsOutput.WriteAsync(surroundings, common, keys, routes, cancellationToken));
        return ExitCode.Succeeded;
    }

    /// <summary>An <see cref="OrganizationLimits"/> that is never whole in memory.</summary>
    private static async Task WriteJsonAsync(
        TextWriter output,
        CommonLimits common,
        IAsyncEnumerable<KeyLimit> keys,
        IAsyncEnumerable<RouteLimit> routes,
        CancellationToken cancellationToken)
    {
        await JsonLines.BeginObjectAsync(output, common, KeygenJson.Readable.CommonLimits);
        await JsonLines.WriteFieldAsync(output, "keys", keys, KeygenJson.Readable.KeyLimit, cancellationToken);
        await JsonLines.WriteFieldAsync(output, "routes", routes, KeygenJson.Readable.RouteLimit, cancellationToken);
        await JsonLines.EndObjectAsync(output);
    }
}
