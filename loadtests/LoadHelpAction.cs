using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace Gateway.LoadTests;

/// <summary>The usual help, and below it the tools, or a tool's notes.</summary>
internal sealed class LoadHelpAction(HelpAction help) : SynchronousCommandLineAction
{
    /// <summary>Who asks for help is not told first what else is wrong.</summary>
    public override bool ClearsParseErrors => true;

    public override int Invoke(ParseResult parseResult)
    {
        var command = parseResult.CommandResult.Command;
        ToolCommand[] listed = [.. command.Subcommands.OfType<ToolCommand>()];
        foreach (var tool in listed)
        {
            // From the usual list, in which it would be one scenario more. Not before: what is hidden has no help of its own.
            tool.Hidden = true;
        }

        var exitCode = help.Invoke(parseResult);
        var output = parseResult.InvocationConfiguration.Output;
        if (listed.Length > 0)
        {
            output.WriteLine("Tools:");
            foreach (var tool in listed)
            {
                output.WriteLine($"  {tool.Name,-12}  {tool.Description}");
            }

            output.WriteLine();
        }
        else if (command is ToolCommand tool)
        {
            output.WriteLine(tool.Notes);
            output.WriteLine();
        }

        return exitCode;
    }
}
