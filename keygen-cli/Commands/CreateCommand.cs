using System.CommandLine;
using Gateway.Contracts.ApiKeys;
using Gateway.Keygen.ApiKeys;
using Gateway.Keygen.Arguments;
using Gateway.Keygen.Connections;
using Gateway.Keygen.Organizations;

namespace Gateway.Keygen.Commands;

/// <summary><c>keygen create</c>: makes a key and prints it, the only time that it is seen.</summary>
internal static class CreateCommand
{
    public static Command Build(Surroundings surroundings)
    {
        var organization = Options.Organization();
        var name = Options.Name("What the key is for.");
        var environment = Options.Environment();
        var expires = Options.Expiry(surroundings.Time);
        var json = Options.Json();
        var command = new ExampleCommand(
            "create",
            "Make an API key and print it. It is shown only this once.",
            "KEY=$(keygen create --org-id 00000000-0000-0000-0000-000000000001 --name \"web shop\")",
            "keygen create --org-id \"Example Ltd\" --name ci --environment test --expires 90d --json")
        {
            organization, name, environment, expires, json,
        };
        command.SetAction((parsed, cancellationToken) => RunAsync(
            surroundings,
            parsed.GetRequiredValue(organization)!,
            parsed.GetRequiredValue(name),
            parsed.GetValue(environment),
            parsed.GetValue(expires),
            parsed.GetValue(json),
            cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(
        Surroundings surroundings,
        OrganizationReference organizationReference,
        string name,
        ApiKeyEnvironment environment,
        DateTimeOffset? expiresAt,
        bool json,
        CancellationToken cancellationToken)
    {
        await using var connection = await DatabaseConnection.OpenAsync(surroundings, cancellationToken);
        var organization = await new OrganizationStore(connection).GetAsync(organizationReference, cancellationToken);

        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        var key = ApiKeyFormat.Generate(environment);
        var details = await new ApiKeyStore(connection).CreateAsync(
            organization.Id, name, key, expiresAt, rotatedFrom: null, cancellationToken);
        await NewKeyOutput.WriteKeyAsync(surroundings, key, details, json);
        await transaction.CommitAsync(cancellationToken);

        await NewKeyOutput.WriteHintsAsync(surroundings, details);
        return ExitCode.Succeeded;
    }
}
