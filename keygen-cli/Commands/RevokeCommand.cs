using System.CommandLine;
using Gateway.Keygen.ApiKeys;
using Gateway.Keygen.Arguments;
using Gateway.Keygen.Changes;
using Gateway.Keygen.Connections;
using Gateway.Keygen.Output;
using Gateway.Keygen.Propagation;

namespace Gateway.Keygen.Commands;

/// <summary><c>keygen revoke KEY-ID</c>. Revoking a revoked key changes nothing and succeeds: what was asked for is so.</summary>
internal static class RevokeCommand
{
    public static Command Build(Surroundings surroundings)
    {
        var keyId = Options.KeyId();
        var yes = Options.Yes();
        var change = new ChangeOptions();
        var wait = new PropagationWaitOptions();
        var command = new ExampleCommand(
            "revoke",
            "Make a key stop working, for ever, and wait until every gateway confirms it. Again: asks the gateways again.",
            "keygen revoke 3f2c9a1e --yes",
            "keygen revoke 3f2c9a1e --yes --json | jq .gateways")
        {
            keyId, yes, change.DryRun, wait.AtMost, wait.Json,
        };
        command.SetAction((parsed, cancellationToken) => RunAsync(
            surroundings,
            parsed.GetRequiredValue(keyId)!,
            parsed.GetValue(yes),
            change.Of(parsed),
            wait.Of(parsed),
            cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(
        Surroundings surroundings, IdPrefix keyId, bool yes, ChangeTerms terms, PropagationWait wait, CancellationToken cancellationToken)
    {
        yes |= terms.IsDryRun;
        Confirmation.RequireTerminalOr(yes, surroundings);
        await using var connection = await DatabaseConnection.OpenAsync(surroundings, cancellationToken);
        var store = new ApiKeyStore(connection);
        var key = await store.GetAsync(keyId, cancellationToken);
        PropagationWatch? watch = null;
        if (key.RevokedAt is null)
        {
            await Confirmation.AskUnlessAsync(
                yes, surroundings, $"Revoke key {key.Prefix}… \"{key.Name}\" of {key.OrganizationName}, for ever?", cancellationToken);
            await using var change = await Change.BeginAsync(surroundings, connection, terms, cancellationToken);
            if (await store.RevokeAsync(key.Id, cancellationToken) is { } revoked)
            {
                if (change.IsDryRun)
                {
                    return await change.ShowAsync(wait.Json, cancellationToken);
                }

                watch = await PropagationWatch.CommitAsync(surroundings, change, revoked.Version, cancellationToken);
                key = revoked;
            }
            else
            {
                key = await store.GetAsync(keyId, cancellationToken);
            }
        }

        await surroundings.Error.WriteLineAsync(
            $"Key {key.Id} \"{key.Name}\" of {key.OrganizationName} {(watch is null ? "was revoked already at" : "is revoked since")} {Cell.Time(key.RevokedAt!.Value)}.");
        watch ??= PropagationWatch.Start(surroundings, connection, key.Version);
        return await wait.EndAsync(surroundings, watch, "revoked", key, KeygenJson.Readable.ApiKey, cancellationToken);
    }
}
