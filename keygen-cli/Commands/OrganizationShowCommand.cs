using System.CommandLine;
using System.Data;
using Gateway.Keygen.ApiKeys;
using Gateway.Keygen.Arguments;
using Gateway.Keygen.Backends;
using Gateway.Keygen.Connections;
using Gateway.Keygen.Limits;
using Gateway.Keygen.Organizations;
using Gateway.Keygen.Output;
using Gateway.Keygen.Quotas;

namespace Gateway.Keygen.Commands;

/// <summary><c>keygen org show ORG</c>: all there is about one organization, as of one moment.</summary>
internal static class OrganizationShowCommand
{
    public static Command Build(Surroundings surroundings)
    {
        var organization = Options.OrganizationArgument();
        var json = Options.Json();
        var command = new ExampleCommand(
            "show",
            "Show all there is about an organization: status, how many keys in which state, limits, quota, backend. \"default\" is what the gateway's settings say.",
            "keygen org show \"Example Ltd\"",
            "keygen org show \"Example Ltd\" --json | jq .keys.active")
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
        OrganizationDetails details;
        await using (await connection.BeginTransactionAsync(IsolationLevel.RepeatableRead, cancellationToken))
        {
            var organization = await new OrganizationStore(connection).GetAsync(reference, cancellationToken);
            details = new OrganizationDetails
            {
                Id = organization.Id,
                Name = organization.Name,
                Status = organization.Status,
                CreatedAt = organization.CreatedAt,
                Keys = await new ApiKeyStore(connection).CountAsync(organization.Id, cancellationToken),
                Limits = await new LimitStore(connection).GetAsync(organization, cancellationToken),
                Quota = await new QuotaStore(connection).GetAsync(organization, cancellationToken),
                Backend = await new BackendStore(connection).GetAsync(organization, cancellationToken),
            };
        }

        await (json
            ? JsonLines.WriteObjectAsync(surroundings.Output, details, KeygenJson.Readable.OrganizationDetails)
            : OrganizationOutput.WriteAsync(surroundings, details, cancellationToken));
        return ExitCode.Succeeded;
    }
}
