using System.CommandLine;
using System.CommandLine.Parsing;
using Gateway.Keygen.ApiKeys;
using Gateway.Keygen.Arguments;
using Gateway.Keygen.Limits;
using Gateway.Keygen.Organizations;
using Npgsql;

namespace Gateway.Keygen.Commands;

/// <summary><c>--key-id</c> and <c>--route</c>: what of an organization a limit is for, all of it where neither is named.</summary>
internal sealed class LimitSubjectOptions
{
    public Option<IdPrefix?> KeyId { get; } = new("--key-id")
    {
        Description = "Only what this key uses: its id, or the beginning of it.",
        HelpName = "KEY-ID",
        CustomParser = static result => Options.ParseKeyId(result, "--key-id: "),
    };

    public Option<string?> Route { get; } = NewRoute();

    public bool IsIn(CommandResult result) => result.GetResult(KeyId) is not null || result.GetResult(Route) is not null;

    /// <summary>Refuses both at once.</summary>
    public void Validate(CommandResult result)
    {
        if (result.GetResult(KeyId) is not null && result.GetResult(Route) is not null)
        {
            result.AddError("--key-id and --route contradict each other: a limit is for a key or for a route.");
        }
    }

    /// <summary>What is to get a limit.</summary>
    /// <exception cref="CommandException">There is no such key, or it is another organization's, or it is revoked.</exception>
    public Task<LimitSubject> ResolveAsync(
        NpgsqlConnection connection, Organization organization, ParseResult parsed, CancellationToken cancellationToken) =>
        ResolveAsync(connection, organization, parsed, isAnyKey: false, cancellationToken);

    /// <summary>What is to lose its limit; a revoked key can.</summary>
    /// <exception cref="CommandException">There is no such key, or it is another organization's.</exception>
    public Task<LimitSubject> ResolveAnyAsync(
        NpgsqlConnection connection, Organization organization, ParseResult parsed, CancellationToken cancellationToken) =>
        ResolveAsync(connection, organization, parsed, isAnyKey: true, cancellationToken);

    private async Task<LimitSubject> ResolveAsync(
        NpgsqlConnection connection, Organization organization, ParseResult parsed, bool isAnyKey, CancellationToken cancellationToken)
    {
        var (keyId, route) = (parsed.GetValue(KeyId), parsed.GetValue(Route));
        if (keyId is null)
        {
            return new LimitSubject(organization.Id, Route: route);
        }

        var key = await new ApiKeyStore(connection).GetAsync(keyId, cancellationToken);
        if (key.OrganizationId != organization.Id)
        {
            throw new CommandException(
                ExitCode.NotFound, $"key {key.Id} \"{key.Name}\" belongs to {key.OrganizationName}, not to {organization.Name}; see keygen list");
        }

        return isAnyKey || key.RevokedAt is null
            ? new LimitSubject(organization.Id, key.Id)
            : throw new CommandException(ExitCode.Conflict, $"key {key.Id} \"{key.Name}\" is revoked, for ever");
    }

    private static Option<string?> NewRoute()
    {
        var route = new Option<string?>("--route")
        {
            Description = "Only what goes over this route: its name in the gateway's ReverseProxy:Routes, letter by letter.",
            HelpName = "ROUTE",
        };

        // As in rate_limit_configs.route; whether gateways have such a route is only known to them.
        route.Validators.Add(static result => Options.RefuseName(result, "--route"));
        return route;
    }
}
