namespace Gateway.Keygen.Commands;

/// <summary>Decides what an abbreviation stands for.</summary>
internal static class Candidates
{
    /// <summary>How many are listed where it could be any of them.</summary>
    public const int Shown = 10;

    /// <summary>How many to ask the database for, to know whether there are more.</summary>
    public const int Asked = Shown + 1;

    /// <summary>The only match.</summary>
    /// <exception cref="CommandException">There is none, or more than one; then they are listed.</exception>
    public static T Only<T>(IReadOnlyList<T> matches, string kind, string text, string listCommand, Func<T, string> describe)
    {
        switch (matches.Count)
        {
            case 0:
                throw new CommandException(ExitCode.NotFound, $"there is no {kind} \"{text}\"; see {listCommand}");
            case 1:
                return matches[0];
            default:
                var lines = matches.Take(Shown).Select(match => $"  {describe(match)}");
                var more = matches.Count > Shown ? $"{Environment.NewLine}  and more" : string.Empty;
                throw new CommandException(
                    ExitCode.Conflict,
                    $"more than one {kind} matches \"{text}\"; use one of these ids:{Environment.NewLine}{string.Join(Environment.NewLine, lines)}{more}");
        }
    }
}
