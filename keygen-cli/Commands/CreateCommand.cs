using System.CommandLine;
using Gateway.Contracts.ApiKeys;
using Gateway.Keygen.ApiKeys;
using Gateway.Keygen.Arguments;
using Gateway.Keygen.Changes;
using Gateway.Keygen.Connections;
using Gateway.Keygen.Organizations;

namespace Gateway.Keygen.Commands;

/// <summary><c>keygen create</c>: makes a key and prints it, the only time that it is seen.</summary>
internal static class CreateCommand
{
    public static Command Build(Surroundings surroundings)
    {
        var organization = Options.Organization(required: false);
        var name = Options.Name("What the key is for.", required: false);
        var environment = Options.Environment();
        var expires = Options.Expiry(surroundings.Time, whenAbsent: "Default: never.");
        var scopes = RestrictionOptions.Scopes("What the key may do, where a route asks for it: a scope, or several with commas. Default: none.");
        var networks = RestrictionOptions.Networks("Networks that the key may be used from: an address or CIDR, or several with commas. Default: from everywhere.");
        var from = CreateFromFile.Option();
        var change = new ChangeOptions();
        var json = Options.Json();
        var command = new ExampleCommand(
            "create",
            "Make an API key and print it. It is shown only this once. With --from: all keys of a file, or none.",
            "KEY=$(keygen create --org-id 00000000-0000-0000-0000-000000000001 --name \"web shop\")",
            "keygen create --org-id \"Example Ltd\" --name ci --environment test --expires 90d --json",
            "keygen create --org-id \"Example Ltd\" --name reports --scope reports:read,reports:list --network 203.0.113.0/24 --network 2001:db8::/32",
            "keygen create --org-id \"Example Ltd\" --from keys.csv > made.csv && keep made.csv")
        {
            organization, name, environment, expires, scopes, networks, from, change.DryRun, json,
        };
        command.Validators.Add(result => CreateFromFile.Validate(result, from, [organization, name], [name, environment, expires, scopes, networks]));
        command.SetAction((parsed, cancellationToken) => parsed.GetValue(from) is { } file
            ? new CreateFromFile(surroundings, change.Of(parsed), parsed.GetValue(json)).RunAsync(file, parsed.GetValue(organization), cancellationToken)
            : RunAsync(
                surroundings,
                parsed.GetRequiredValue(organization)!,
                new NewApiKey
                {
                    Name = parsed.GetRequiredValue(name),
                    Key = ApiKeyFormat.Generate(parsed.GetValue(environment)),
                    ExpiresAt = parsed.GetValue(expires),
                    Scopes = parsed.GetValue(scopes) ?? [],
                    Networks = parsed.GetValue(networks) ?? [],
                },
                change.Of(parsed),
                parsed.GetValue(json),
                cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(
        Surroundings surroundings,
        OrganizationReference organizationReference,
        NewApiKey key,
        ChangeTerms terms,
        bool json,
        CancellationToken cancellationToken)
    {
        await using var connection = await DatabaseConnection.OpenAsync(surroundings, cancellationToken);
        var organization = await new OrganizationStore(connection).GetAsync(organizationReference, cancellationToken);

        await using var change = await Change.BeginAsync(surroundings, connection, terms, cancellationToken);
        var details = await new ApiKeyStore(connection).CreateAsync(organization.Id, key, cancellationToken);
        if (change.IsDryRun)
        {
            return await change.ShowAsync(json, cancellationToken);
        }

        await NewKeyOutput.WriteKeyAsync(surroundings, key.Key, details, json);
        await change.CommitAsync(cancellationToken);

        await NewKeyOutput.WriteHintsAsync(surroundings, details);
        return ExitCode.Succeeded;
    }
}
