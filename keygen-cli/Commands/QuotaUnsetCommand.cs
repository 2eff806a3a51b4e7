using System.CommandLine;
using Gateway.Keygen.Output;
using Gateway.Keygen.Quotas;

namespace Gateway.Keygen.Commands;

/// <summary><c>keygen quota unset</c>: a month has no end of units again.</summary>
internal static class QuotaUnsetCommand
{
    public static Command Build(Surroundings surroundings)
    {
        var change = new OrganizationChangeOptions();
        var command = new ExampleCommand(
            "unset", "Take an organization's quota away, and wait until every gateway knows.", "keygen quota unset --org-id \"Example Ltd\"")
        {
            change.Organization, change.Change.DryRun, change.Wait.AtMost, change.Wait.Json,
        };
        command.SetAction((parsed, cancellationToken) => change.Of(parsed).RunAsync(
            surroundings,
            async (connection, found) =>
            {
                var store = new QuotaStore(connection);
                await store.UnsetAsync(found.Id, cancellationToken);
                return await store.GetAsync(found, cancellationToken);
            },
            quota => QuotaOutput.WriteAsync(surroundings, quota, cancellationToken),
            KeygenJson.Readable.Quota,
            cancellationToken));
        return command;
    }
}
