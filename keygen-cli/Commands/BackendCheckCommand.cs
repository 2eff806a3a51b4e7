using System.CommandLine;
using Gateway.Keygen.Arguments;
using Gateway.Keygen.Backends;
using Gateway.Keygen.Connections;
using Gateway.Keygen.Organizations;

namespace Gateway.Keygen.Commands;

/// <summary><c>keygen backend check ORG</c>: connects to each address, from where keygen runs.</summary>
internal static class BackendCheckCommand
{
    public static Command Build(Surroundings surroundings)
    {
        var organization = Options.OrganizationArgument();
        var timeout = DurationOptions.CheckTimeout();
        var json = Options.Json();
        var command = new ExampleCommand(
            "check",
            "Ask each address of an organization's backend for its health path, or for itself where it has none, and say what was seen: status, time, refusal, TLS. "
                + "From here: a gateway that runs elsewhere may see something else. A health path has to answer 2xx, an address anything but 5xx. "
                + $"Exit code {ExitCode.Failed}: one does not work.",
            "keygen backend check \"Example Ltd\"",
            "keygen backend check \"Example Ltd\" --timeout 2s --json | jq '.addresses[] | select(.works | not)'")
        {
            organization, timeout, json,
        };
        command.SetAction((parsed, cancellationToken) => RunAsync(
            surroundings,
            parsed.GetRequiredValue(organization)!,
            parsed.GetValue(timeout) ?? DurationOptions.DefaultCheckTimeout,
            parsed.GetValue(json),
            cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(
        Surroundings surroundings, OrganizationReference reference, TimeSpan timeout, bool json, CancellationToken cancellationToken)
    {
        var backend = await ReadAsync(surroundings, reference, cancellationToken);
        var addresses = await Task.WhenAll(
            backend.Addresses.Select(address => BackendProbe.AskAsync(surroundings.Time, address, backend, timeout, cancellationToken)));
        var check = new BackendCheck
        {
            OrganizationId = backend.OrganizationId,
            OrganizationName = backend.OrganizationName,
            HealthPath = backend.HealthPath,
            Works = Array.TrueForAll(addresses, static address => address.Works),
            Addresses = addresses,
        };
        await BackendCheckOutput.WriteAsync(surroundings, check, json, cancellationToken);
        return check.Works ? ExitCode.Succeeded : ExitCode.Failed;
    }

    // The database is not kept waiting for backends.
    private static async Task<Backend> ReadAsync(Surroundings surroundings, OrganizationReference reference, CancellationToken cancellationToken)
    {
        await using var connection = await DatabaseConnection.OpenAsync(surroundings, cancellationToken);
        var organization = await new OrganizationStore(connection).GetAsync(reference, cancellationToken);
        var backend = await new BackendStore(connection).GetAsync(organization, cancellationToken);
        return backend.Addresses.Length > 0
            ? backend
            : throw new CommandException(
                ExitCode.Conflict, $"organization {organization.Id} \"{organization.Name}\" has no backend of its own; where the gateway's default is, only gateways know");
    }
}
