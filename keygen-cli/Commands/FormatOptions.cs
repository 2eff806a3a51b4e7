using System.CommandLine;
using System.CommandLine.Parsing;
using Gateway.Keygen.Output;

namespace Gateway.Keygen.Commands;

/// <summary><c>--json</c> or <c>--csv</c>.</summary>
internal sealed class FormatOptions
{
    public Option<bool> Json { get; } = Options.Json();

    public Option<bool> Csv { get; } = new("--csv") { Description = "Print CSV (RFC 4180) with a line of names, and without a total." };

    public void Validate(CommandResult result)
    {
        if (result.GetValue(Json) && result.GetValue(Csv))
        {
            result.AddError("--json and --csv exclude each other.");
        }
    }

    public OutputFormat Of(ParseResult parsed) => (parsed.GetValue(Json), parsed.GetValue(Csv)) switch
    {
        (true, _) => OutputFormat.Json,
        (_, true) => OutputFormat.Csv,
        _ => OutputFormat.Text,
    };
}
