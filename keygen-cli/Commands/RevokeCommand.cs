using System.CommandLine;
using Gateway.Keygen.ApiKeys;
using Gateway.Keygen.Arguments;
using Gateway.Keygen.Connections;
using Gateway.Keygen.Output;

namespace Gateway.Keygen.Commands;

/// <summary><c>keygen revoke KEY-ID</c>. Revoking a revoked key changes nothing and succeeds: what was asked for is so.</summary>
internal static class RevokeCommand
{
    public static Command Build(Surroundings surroundings)
    {
        var keyId = Options.KeyId();
        var yes = Options.Yes();
        var json = Options.Json();
        var command = new ExampleCommand(
            "revoke", "Make a key stop working, for ever, on every gateway within a second.", "keygen revoke 3f2c9a1e --yes")
        {
            keyId, yes, json,
        };
        command.SetAction((parsed, cancellationToken) => RunAsync(
            surroundings, parsed.GetRequiredValue(keyId)!, parsed.GetValue(yes), parsed.GetValue(json), cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(Surroundings surroundings, IdPrefix keyId, bool yes, bool json, CancellationToken cancellationToken)
    {
        Confirmation.RequireTerminalOr(yes, surroundings);
        await using var connection = await DatabaseConnection.OpenAsync(surroundings, cancellationToken);
        var store = new ApiKeyStore(connection);
        var key = await store.GetAsync(keyId, cancellationToken);
        ApiKey? revoked = null;
        if (key.RevokedAt is null)
        {
            await Confirmation.AskUnlessAsync(
                yes, surroundings, $"Revoke key {key.Prefix}… \"{key.Name}\" of {key.OrganizationName}, for ever?", cancellationToken);
            revoked = await store.RevokeAsync(key.Id, cancellationToken);
        }

        var result = revoked ?? await store.GetAsync(keyId, cancellationToken);
        if (json)
        {
            await JsonLines.WriteObjectAsync(surroundings.Output, result, KeygenJson.Readable.ApiKey);
        }

        await surroundings.Error.WriteLineAsync(
            $"Key {result.Id} \"{result.Name}\" of {result.OrganizationName} {(revoked is null ? "was revoked already at" : "is revoked since")} {Cell.Time(result.RevokedAt!.Value)}.");
        return ExitCode.Succeeded;
    }
}
