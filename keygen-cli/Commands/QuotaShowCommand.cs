using System.CommandLine;
using Gateway.Keygen.Arguments;
using Gateway.Keygen.Connections;
using Gateway.Keygen.Organizations;
using Gateway.Keygen.Output;
using Gateway.Keygen.Quotas;

namespace Gateway.Keygen.Commands;

/// <summary><c>keygen quota show</c>.</summary>
internal static class QuotaShowCommand
{
    public static Command Build(Surroundings surroundings)
    {
        var organization = Options.Organization();
        var json = Options.Json();
        var command = new ExampleCommand(
            "show",
            "Show an organization's quota, what the ledger has of its current month, and which alerts were raised. The ledger is some seconds behind the gateways.",
            "keygen quota show --org-id \"Example Ltd\"",
            "keygen quota show --org-id \"Example Ltd\" --json | jq .month.usedUnits")
        {
            organization, json,
        };
        command.SetAction((parsed, cancellationToken) => RunAsync(
            surroundings, parsed.GetRequiredValue(organization)!, parsed.GetValue(json), cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(Surroundings surroundings, OrganizationReference reference, bool json, CancellationToken cancellationToken)
    {
        await using var databases = await DatabasePair.OpenAsync(surroundings, cancellationToken);
        var organization = await new OrganizationStore(databases.Keys).GetAsync(reference, cancellationToken);
        var store = new QuotaStore(databases.Keys);
        var quota = await store.GetAsync(organization, cancellationToken);
        quota = quota with { Month = await store.MonthAsync(databases.Analytics, quota, surroundings.Time.GetUtcNow(), cancellationToken) };
        await (json
            ? JsonLines.WriteObjectAsync(surroundings.Output, quota, KeygenJson.Readable.Quota)
            : QuotaOutput.WriteAsync(surroundings, quota, cancellationToken));
        return ExitCode.Succeeded;
    }
}
