namespace Gateway.Keygen.Commands;

/// <summary>The question before something that cannot be taken back.</summary>
internal static class Confirmation
{
    /// <summary>Refuses before anything is tried where the question could not be asked.</summary>
    /// <exception cref="CommandException">There is no terminal, and no <c>--yes</c>.</exception>
    public static void RequireTerminalOr(bool yes, Surroundings surroundings)
    {
        if (!yes && !surroundings.CanAsk)
        {
            throw new CommandException(ExitCode.Usage, "this cannot be taken back and there is no terminal to ask on: add --yes");
        }
    }

    /// <summary>Asks unless <paramref name="yes"/> was given.</summary>
    /// <exception cref="CommandException">The answer is not yes.</exception>
    public static async Task AskUnlessAsync(bool yes, Surroundings surroundings, string question, CancellationToken cancellationToken)
    {
        if (yes)
        {
            return;
        }

        await surroundings.Error.WriteAsync($"{question} [y/N] ");
        await surroundings.Error.FlushAsync(cancellationToken);
        var answer = (await surroundings.Input.ReadLineAsync(cancellationToken))?.Trim();
        if (!string.Equals(answer, "y", StringComparison.OrdinalIgnoreCase) && !string.Equals(answer, "yes", StringComparison.OrdinalIgnoreCase))
        {
            throw new CommandException(ExitCode.Failed, "nothing was changed");
        }
    }
}
