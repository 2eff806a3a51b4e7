using System.CommandLine;
using Gateway.Keygen.ApiKeys;
using Gateway.Keygen.Arguments;
using Gateway.Keygen.Connections;
using Gateway.Keygen.Output;

namespace Gateway.Keygen.Commands;

/// <summary><c>keygen show KEY-ID</c>: all about one key, but not the key itself.</summary>
internal static class ShowCommand
{
    public static Command Build(Surroundings surroundings)
    {
        var keyId = Options.KeyId();
        var json = Options.Json();
        var command = new ExampleCommand(
            "show", "Show all that is known of a key: scopes, networks, when it was last used. Not the key itself.", "keygen show 3f2c9a1e")
        {
            keyId, json,
        };
        command.SetAction((parsed, cancellationToken) => RunAsync(
            surroundings, parsed.GetRequiredValue(keyId)!, parsed.GetValue(json), cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(Surroundings surroundings, IdPrefix keyId, bool json, CancellationToken cancellationToken)
    {
        await using var connection = await DatabaseConnection.OpenAsync(surroundings, cancellationToken);
        var key = await new ApiKeyStore(connection).GetAsync(keyId, cancellationToken);
        await (json
            ? JsonLines.WriteObjectAsync(surroundings.Output, key, KeygenJson.Readable.ApiKey)
            : ApiKeyDetails.WriteAsync(surroundings, key, cancellationToken));
        return ExitCode.Succeeded;
    }
}
