using System.CommandLine;
using Gateway.Keygen.ApiKeys;
using Gateway.Keygen.Arguments;
using Gateway.Keygen.Changes;
using Gateway.Keygen.Connections;
using Gateway.Keygen.Output;

namespace Gateway.Keygen.Commands;

/// <summary><c>keygen enable KEY-ID</c>: takes <c>keygen disable</c> back.</summary>
internal static class EnableCommand
{
    public static Command Build(Surroundings surroundings)
    {
        var keyId = Options.KeyId();
        var change = new ChangeOptions();
        var json = Options.Json();
        var command = new ExampleCommand(
            "enable", "Let a disabled key work again, on every gateway within a second.", "keygen enable 3f2c9a1e")
        {
            keyId, change.DryRun, json,
        };
        command.SetAction((parsed, cancellationToken) => RunAsync(
            surroundings, parsed.GetRequiredValue(keyId)!, change.Of(parsed), parsed.GetValue(json), cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(Surroundings surroundings, IdPrefix keyId, ChangeTerms terms, bool json, CancellationToken cancellationToken)
    {
        await using var connection = await DatabaseConnection.OpenAsync(surroundings, cancellationToken);
        var store = new ApiKeyStore(connection);
        var key = await store.GetAsync(keyId, cancellationToken);

        await using var change = await Change.BeginAsync(surroundings, connection, terms, cancellationToken);
        var enabled = await store.EnableAsync(key.Id, cancellationToken)
            ?? throw new CommandException(
                ExitCode.Conflict,
                $"key {key.Id} \"{key.Name}\" is {(key.RevokedAt is null ? "not disabled" : "revoked, for ever; make a new one with keygen create")}");
        return await change.EndAsync(
            json,
            enabled,
            KeygenJson.Readable.ApiKey,
            $"Key {key.Id} \"{key.Name}\" of {key.OrganizationName} is enabled: {ApiKeyColumns.Status(enabled)}.",
            cancellationToken);
    }
}
