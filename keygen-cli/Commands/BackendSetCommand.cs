using System.CommandLine;
using Gateway.Keygen.Arguments;
using Gateway.Keygen.Backends;
using Gateway.Keygen.Changes;
using Gateway.Keygen.Connections;
using Gateway.Keygen.Organizations;

namespace Gateway.Keygen.Commands;

/// <summary><c>keygen backend set ORG URL…</c>: replaces the addresses; of the rest, what is not named stays as it is.</summary>
internal static class BackendSetCommand
{
    public static Command Build(Surroundings surroundings)
    {
        var organization = Options.OrganizationArgument();
        var addresses = BackendOptions.Addresses();
        var loadBalancing = BackendOptions.OneOf(
            "--load-balancing", $"How requests are spread over several URLs. Default: {LoadBalancing.Default}.", LoadBalancing.All);
        var protocol = BackendOptions.OneOf(
            "--protocol", "auto: HTTP/2 where TLS negotiates it; http2: always, also without TLS, as gRPC needs it. Default: auto.", BackendProtocol.All);
        var healthPath = BackendOptions.HealthPath();
        var noHealthPath = new Option<bool>("--no-health-path") { Description = "Ask for nothing any more." };
        var timeout = DurationOptions.BackendTimeout();
        var defaultTimeout = new Option<bool>("--default-timeout") { Description = "Back to the gateway's timeout." };
        var allowLinkLocal = new Option<bool>("--allow-link-local")
        {
            Description = "Do not look where the URLs lead. Link-local and metadata addresses are refused otherwise, "
                + "and by the gateway at every connection too, unless its setting Proxy:AllowLinkLocalBackends allows them.",
        };
        var change = new ChangeOptions();
        var json = Options.Json();
        var command = new ExampleCommand(
            "set",
            "Send an organization's requests to a backend of its own, from within a second on. Replaces the URLs that it has; of the options, what is not named stays as it is.",
            "keygen backend set \"Example Ltd\" https://api.example.com/",
            "keygen backend set \"Example Ltd\" http://10.0.0.1:5000 http://10.0.0.2:5000 --load-balancing least-requests --health-path /health --timeout 30s")
        {
            organization, addresses, loadBalancing, protocol, healthPath, noHealthPath, timeout, defaultTimeout, allowLinkLocal, change.DryRun, json,
        };
        command.Validators.Add(result =>
        {
            foreach (var (set, clear) in ((Option, Option)[])[(healthPath, noHealthPath), (timeout, defaultTimeout)])
            {
                if (result.GetResult(set) is not null && result.GetResult(clear) is not null)
                {
                    result.AddError($"{set.Name} and {clear.Name} contradict each other.");
                }
            }
        });
        command.SetAction((parsed, cancellationToken) => RunAsync(
            surroundings,
            parsed.GetRequiredValue(organization)!,
            new BackendSettings
            {
                Addresses = parsed.GetRequiredValue(addresses)!,
                LoadBalancing = parsed.GetValue(loadBalancing),
                Protocol = parsed.GetValue(protocol),
                HealthPath = parsed.GetValue(healthPath),
                NoHealthPath = parsed.GetValue(noHealthPath),
                Timeout = parsed.GetValue(timeout),
                DefaultTimeout = parsed.GetValue(defaultTimeout),
            },
            parsed.GetValue(allowLinkLocal),
            change.Of(parsed),
            parsed.GetValue(json),
            cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(
        Surroundings surroundings,
        OrganizationReference reference,
        BackendSettings settings,
        bool allowLinkLocal,
        ChangeTerms terms,
        bool json,
        CancellationToken cancellationToken)
    {
        if (!allowLinkLocal)
        {
            await BackendAddressCheck.RequireAllowedAsync(surroundings, settings.Addresses, cancellationToken);
        }

        await using var connection = await DatabaseConnection.OpenAsync(surroundings, cancellationToken);
        var organization = await new OrganizationStore(connection).GetAsync(reference, cancellationToken);
        var store = new BackendStore(connection);

        await using var change = await Change.BeginAsync(surroundings, connection, terms, cancellationToken);
        await store.SetAsync(organization.Id, settings, cancellationToken);
        if (change.IsDryRun)
        {
            return await change.ShowAsync(json, cancellationToken);
        }

        await change.CommitAsync(cancellationToken);
        await BackendOutput.WriteAsync(surroundings, await store.GetAsync(organization, cancellationToken), json, cancellationToken);
        return ExitCode.Succeeded;
    }
}
