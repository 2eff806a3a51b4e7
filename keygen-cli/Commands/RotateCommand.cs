using System.CommandLine;
using Gateway.Contracts.ApiKeys;
using Gateway.Keygen.ApiKeys;
using Gateway.Keygen.Arguments;
using Gateway.Keygen.Connections;

namespace Gateway.Keygen.Commands;

/// <summary><c>keygen rotate KEY-ID</c>: a new key takes the place of an old one, both at the same moment or neither.</summary>
internal static class RotateCommand
{
    public static Command Build(Surroundings surroundings)
    {
        var keyId = Options.KeyId();
        var yes = Options.Yes();
        var json = Options.Json();
        var command = new ExampleCommand(
            "rotate",
            "Revoke a key and print its successor, with the same organization, name, environment and expiry.",
            "KEY=$(keygen rotate 3f2c9a1e --yes)")
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
        var old = await store.GetAsync(keyId, cancellationToken);
        if (!old.IsActive)
        {
            throw NotActive(old);
        }

        await Confirmation.AskUnlessAsync(
            yes,
            surroundings,
            $"Replace key {old.Prefix}… \"{old.Name}\" of {old.OrganizationName}? It stops working at once, for ever.",
            cancellationToken);

        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        if (await store.RevokeActiveAsync(old.Id, cancellationToken) is null)
        {
            throw NotActive(await store.GetAsync(keyId, cancellationToken));
        }

        var key = ApiKeyFormat.Generate(old.Environment == "test" ? ApiKeyEnvironment.Test : ApiKeyEnvironment.Live);
        var details = await store.CreateAsync(old.OrganizationId, old.Name, key, AsUtc(old.ExpiresAt), old.Id, cancellationToken);
        await NewKeyOutput.WriteKeyAsync(surroundings, key, details, json);
        await transaction.CommitAsync(cancellationToken);

        await surroundings.Error.WriteLineAsync($"Key {old.Id} is revoked; its successor:");
        await NewKeyOutput.WriteHintsAsync(surroundings, details);
        return ExitCode.Succeeded;
    }

    private static CommandException NotActive(ApiKey key) => new(
        ExitCode.Conflict,
        $"key {key.Id} \"{key.Name}\" is {key.Status} and cannot be rotated; make a new one with keygen create");

    private static DateTimeOffset? AsUtc(DateTime? time) => time is { } value ? new DateTimeOffset(value, TimeSpan.Zero) : null;
}
