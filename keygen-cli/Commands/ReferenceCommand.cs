using System.CommandLine;
using Gateway.Keygen.Reference;

namespace Gateway.Keygen.Commands;

/// <summary><c>keygen reference</c>.</summary>
internal static class ReferenceCommand
{
    public static Command Build(Surroundings surroundings)
    {
        var command = new ExampleCommand(
            "reference",
            "Print the help of all commands on one page, as Markdown.",
            "keygen reference | less");
        command.SetAction(parsed =>
        {
            CommandReference.Write(surroundings.Output, (RootCommand)parsed.RootCommandResult.Command, KeygenCommandLine.ProgramName);
            return ExitCode.Succeeded;
        });
        return command;
    }
}
