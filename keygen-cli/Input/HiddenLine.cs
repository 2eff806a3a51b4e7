using System.Text;

namespace Gateway.Keygen.Input;

/// <summary>A line that is typed at the terminal and not shown on it: who stands by, and who scrolls back later, sees no secret.</summary>
internal static class HiddenLine
{
    /// <summary>Ctrl+D, which ends what is typed as it ends a file.</summary>
    private const char EndOfTransmission = '\u0004';

    /// <param name="maximumLength">What is longer is no secret that we know; no more is read.</param>
    /// <param name="cancellationToken">Ctrl+C: nobody waits for the line any more. The terminal is itself again when the process ends.</param>
    public static Task<string> ReadAsync(int maximumLength, CancellationToken cancellationToken) =>
        Task.Run(() => Read(maximumLength), CancellationToken.None).WaitAsync(cancellationToken);

    private static string Read(int maximumLength)
    {
        var line = new StringBuilder();
        while (line.Length < maximumLength)
        {
            var pressed = Console.ReadKey(intercept: true);
            switch (pressed)
            {
                case { Key: ConsoleKey.Enter } or { KeyChar: '\n' or '\r' or EndOfTransmission }:
                    return line.ToString();
                case { Key: ConsoleKey.Backspace }:
                    line.Length = Math.Max(line.Length - 1, 0);
                    break;
                case { KeyChar: not '\0' and var character }:
                    line.Append(character);
                    break;
            }
        }

        return line.ToString();
    }
}
