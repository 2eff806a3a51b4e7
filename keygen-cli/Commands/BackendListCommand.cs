using System.CommandLine;
using Gateway.Keygen.Backends;
using Gateway.Keygen.Connections;

namespace Gateway.Keygen.Commands;

/// <summary><c>keygen backend list</c>.</summary>
internal static class BackendListCommand
{
    public static Command Build(Surroundings surroundings)
    {
        var json = Options.Json();
        var command = new ExampleCommand(
            "list",
            "List the backends of all organizations that have one of their own.",
            "keygen backend list",
            "keygen backend list --json | jq -r '.[].addresses[]'")
        {
            json,
        };
        command.SetAction((parsed, cancellationToken) => RunAsync(surroundings, parsed.GetValue(json), cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(Surroundings surroundings, bool json, CancellationToken cancellationToken)
    {
        await using var connection = await DatabaseConnection.OpenAsync(surroundings, cancellationToken);
        await BackendOutput.WriteAsync(surroundings, new BackendStore(connection).ListAsync(), json, cancellationToken);
        return ExitCode.Succeeded;
    }
}
