using System.CommandLine;
using Gateway.Keygen.Completion;

namespace Gateway.Keygen.Commands;

/// <summary><c>keygen completion bash|zsh|fish</c>.</summary>
internal static class CompletionCommand
{
    public static Command Build(Surroundings surroundings)
    {
        var shell = new Argument<string>("SHELL") { Description = $"The shell: {string.Join(", ", CompletionScript.Shells)}." };
        shell.AcceptOnlyFromAmong(CompletionScript.Shells);
        var command = new ExampleCommand(
            "completion",
            "Print a script that lets a shell complete keygen's commands and options. How to load it is its first lines.",
            "source <(keygen completion bash)",
            "keygen completion zsh > ~/.zfunc/_keygen",
            "keygen completion fish | source")
        {
            shell,
        };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            await surroundings.Output.WriteAsync(CompletionScript.Of(parsed.GetRequiredValue(shell)).AsMemory(), cancellationToken);
            return ExitCode.Succeeded;
        });
        return command;
    }
}
