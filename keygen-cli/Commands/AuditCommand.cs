using System.CommandLine;
using Gateway.Keygen.AuditLog;
using Gateway.Keygen.Connections;
using Gateway.Keygen.Output;

namespace Gateway.Keygen.Commands;

/// <summary><c>keygen audit</c>: who changed what.</summary>
internal static class AuditCommand
{
    private const int DefaultLimit = 100;
    private const int MaximumLimit = 1_000_000;

    public static Command Build(Surroundings surroundings)
    {
        var organization = Options.Organization(required: false);
        var keyId = AuditOptions.KeyId();
        var by = AuditOptions.By();
        var from = TimeOptions.From(surroundings.Time, "Changed then or later");
        var to = TimeOptions.To(surroundings.Time, "Changed before");
        var limit = LimitOption.Of(DefaultLimit, MaximumLimit, "How many of the newest");
        var json = Options.Json();
        var command = new ExampleCommand(
            "audit",
            "Show who changed organizations, keys, limits, quotas and backends, the newest first: with keygen or by hand, each before and after.",
            "keygen audit --org-id \"Example Ltd\"",
            "keygen audit --by ada --from 2027-01-01 --limit 1000 --json | jq -r '.[] | select(.action == \"revoked\") | .apiKeyId'")
        {
            organization, keyId, by, from, to, limit, json,
        };
        command.Validators.Add(result =>
        {
            if (result.GetResult(from) is not null && result.GetResult(to) is not null
                && result.GetValue(from) is { } start && result.GetValue(to) is { } end && end <= start)
            {
                result.AddError("--to has to be after --from.");
            }
        });
        command.SetAction(async (parsed, cancellationToken) =>
        {
            await using var connection = await DatabaseConnection.OpenAsync(surroundings, cancellationToken);
            var store = new AuditStore(connection);
            var selection = new AuditSelection(
                parsed.GetValue(organization) is { } reference ? await store.OrganizationAsync(reference, cancellationToken) : null,
                parsed.GetValue(keyId) is { } id ? await store.KeyAsync(id, cancellationToken) : null,
                parsed.GetValue(by),
                parsed.GetValue(from),
                parsed.GetValue(to));
            return await WriteAsync(surroundings, store, selection, parsed.GetValue(limit) ?? DefaultLimit, parsed.GetValue(json), cancellationToken);
        });
        return command;
    }

    private static async Task<int> WriteAsync(
        Surroundings surroundings, AuditStore store, AuditSelection selection, int limit, bool json, CancellationToken cancellationToken)
    {
        var first = new FirstRows<AuditEntry>(limit);
        var entries = first.OfAsync(store.ListAsync(selection, first.Asked), cancellationToken);
        await (json
            ? JsonLines.WriteArrayAsync(surroundings.Output, entries, KeygenJson.Readable.AuditEntry, cancellationToken)
            : AuditOutput.WriteAsync(surroundings, entries, cancellationToken));
        if (first.HasMore)
        {
            await surroundings.Error.WriteLineAsync($"There are more than {first.Wanted}: see --limit, --from, --to, --by, --org-id and --key-id.");
        }

        return ExitCode.Succeeded;
    }
}
