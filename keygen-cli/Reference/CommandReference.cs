using System.CommandLine;
using Gateway.Keygen.Commands;

namespace Gateway.Keygen.Reference;

/// <summary>All commands on one page, as Markdown: what their <c>--help</c> says, in the order in which that lists them.</summary>
internal static class CommandReference
{
    /// <param name="output">Where to.</param>
    /// <param name="root">All of them.</param>
    /// <param name="program">What users call the root.</param>
    public static void Write(TextWriter output, RootCommand root, string program)
    {
        output.WriteLine(root.Description);
        WriteSymbols(output, "Options", root.Options.Where(static option => !option.Recursive));
        WriteSymbols(output, "Options of every command", root.Options.Where(static option => option.Recursive));
        foreach (var command in root.Subcommands)
        {
            Write(output, command, program);
        }
    }

    private static void Write(TextWriter output, Command command, string parent)
    {
        if (command.Hidden)
        {
            return;
        }

        var name = $"{parent} {command.Name}";
        output.WriteLine($"\n### {name}\n{command.Description}");
        if (command.Aliases.Count > 0)
        {
            output.WriteLine($"\nAlso: {string.Join(", ", command.Aliases.Select(alias => $"`{parent} {alias}`"))}");
        }

        if (command is ExampleCommand { Examples: var examples })
        {
            output.WriteLine($"\n```sh\n{string.Join('\n', examples)}\n```");
        }

        WriteSymbols(output, "Arguments", command.Arguments);
        WriteSymbols(output, "Options", command.Options);
        foreach (var subcommand in command.Subcommands)
        {
            Write(output, subcommand, name);
        }
    }

    private static void WriteSymbols(TextWriter output, string title, IEnumerable<Symbol> symbols)
    {
        var visible = symbols.Where(static symbol => !symbol.Hidden).ToArray();
        if (visible.Length == 0)
        {
            return;
        }

        output.WriteLine($"\n{title}:\n");
        foreach (var symbol in visible)
        {
            output.WriteLine($"- `{Syntax(symbol)}`{(symbol is Option { Required: true } ? " (required)" : string.Empty)}: {symbol.Description}");
        }
    }

    private static string Syntax(Symbol symbol)
    {
        if (symbol is not Option option)
        {
            return symbol.Name;
        }

        var names = string.Join(", ", option.Aliases.Order(StringComparer.Ordinal).Prepend(option.Name).Distinct());
        return option.HelpName is { Length: > 0 } value ? $"{names} {value}" : names;
    }
}
