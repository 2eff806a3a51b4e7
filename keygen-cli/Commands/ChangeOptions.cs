using System.CommandLine;
using Gateway.Keygen.Changes;

namespace Gateway.Keygen.Commands;

/// <summary><c>--dry-run</c>, and <c>--as</c>, which every command takes: what every <see cref="Change"/> is made by.</summary>
internal sealed class ChangeOptions
{
    private const string As = "--as";

    public Option<bool> DryRun { get; } = new("--dry-run")
    {
        Description = "Only say what would be changed: everything is checked and done as always, and then taken back. Prints entries of the audit log.",
    };

    /// <summary>For the root of all commands.</summary>
    public static Option<string?> NewAs()
    {
        var option = new Option<string?>(As)
        {
            Description = "Who makes the change, for keygen audit. Default: the user of the operating system, before sudo.",
            HelpName = "NAME",
            Recursive = true,
        };
        option.Validators.Add(static result => Options.RefuseName(result, As));
        return option;
    }

    /// <summary>What a command line asks for.</summary>
    public ChangeTerms Of(ParseResult parsed) => new(
        parsed.GetValue(parsed.RootCommandResult.Command.Options.OfType<Option<string?>>().Single(static option => option.Name == As)),
        parsed.GetValue(DryRun));
}
