using System.CommandLine.Parsing;
using System.Text.RegularExpressions;

namespace Gateway.Database.Commands;

/// <summary>Durations as people write them: 500ms, 60s, 5m.</summary>
internal static partial class Duration
{
    public static TimeSpan Parse(ArgumentResult result)
    {
        var text = result.Tokens[0].Value;
        var match = Form.Match(text);
        if (!match.Success)
        {
            result.AddError($"\"{text}\" is no duration; allowed is a number with ms, s or m, such as 60s.");
            return TimeSpan.Zero;
        }

        var number = int.Parse(match.Groups["number"].ValueSpan);
        return match.Groups["unit"].Value switch
        {
            "ms" => TimeSpan.FromMilliseconds(number),
            "s" => TimeSpan.FromSeconds(number),
            _ => TimeSpan.FromMinutes(number),
        };
    }

    [GeneratedRegex("^(?<number>[0-9]{1,6})(?<unit>ms|s|m)$", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Form { get; }
}
