using System.CommandLine;
using Gateway.Keygen.ApiKeys;
using Gateway.Keygen.Arguments;
using Gateway.Keygen.Changes;
using Gateway.Keygen.Connections;
using Gateway.Keygen.Output;
using Gateway.Keygen.Propagation;

namespace Gateway.Keygen.Commands;

/// <summary><c>keygen disable KEY-ID</c>: can be taken back with <c>keygen enable</c>, so it does not ask.</summary>
internal static class DisableCommand
{
    public static Command Build(Surroundings surroundings)
    {
        var keyId = Options.KeyId();
        var change = new ChangeOptions();
        var wait = new PropagationWaitOptions();
        var command = new ExampleCommand(
            "disable",
            "Make a key stop working until it is enabled again, and wait until every gateway confirms it.",
            "keygen disable 3f2c9a1e")
        {
            keyId, change.DryRun, wait.AtMost, wait.Json,
        };
        command.SetAction((parsed, cancellationToken) => RunAsync(
            surroundings,
            parsed.GetRequiredValue(keyId)!,
            change.Of(parsed),
            wait.Of(parsed),
            cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(
        Surroundings surroundings, IdPrefix keyId, ChangeTerms terms, PropagationWait wait, CancellationToken cancellationToken)
    {
        await using var connection = await DatabaseConnection.OpenAsync(surroundings, cancellationToken);
        var store = new ApiKeyStore(connection);
        var key = await store.GetAsync(keyId, cancellationToken);

        await using var change = await Change.BeginAsync(surroundings, connection, terms, cancellationToken);
        var disabled = await store.DisableAsync(key.Id, cancellationToken)
            ?? throw new CommandException(
                ExitCode.Conflict, $"key {key.Id} \"{key.Name}\" is {(key.RevokedAt is null ? "disabled" : "revoked")} already");
        if (change.IsDryRun)
        {
            return await change.ShowAsync(wait.Json, cancellationToken);
        }

        var watch = await PropagationWatch.CommitAsync(surroundings, change, disabled.Version, cancellationToken);

        await surroundings.Error.WriteLineAsync(
            $"Key {key.Id} \"{key.Name}\" of {key.OrganizationName} is disabled. To take it back:  keygen enable {key.Id}");
        return await wait.EndAsync(surroundings, watch, "disabled", disabled, KeygenJson.Readable.ApiKey, cancellationToken);
    }
}
