using System.CommandLine;
using System.CommandLine.Parsing;

namespace Gateway.Keygen.Commands;

/// <summary><c>--limit</c>: how many at most.</summary>
internal static class LimitOption
{
    /// <param name="defaultLimit">Said in the help; the command applies it.</param>
    /// <param name="maximum">More is refused.</param>
    /// <param name="description">Without full stop.</param>
    public static Option<int?> Of(int defaultLimit, int maximum, string description) => new("--limit", "-n")
    {
        Description = $"{description}, 1 to {maximum}. Default: {defaultLimit}.",
        HelpName = "N",
        CustomParser = result => Read(result, maximum),
    };

    /// <summary>A number from 1, or <c>null</c> and an error.</summary>
    public static int? Read(ArgumentResult result, int maximum)
    {
        var text = Options.OnlyToken(result);
        if (int.TryParse(text, out var limit) && limit >= 1 && limit <= maximum)
        {
            return limit;
        }

        result.AddError($"--limit: \"{text}\" is not a whole number from 1 to {maximum}.");
        return null;
    }
}
