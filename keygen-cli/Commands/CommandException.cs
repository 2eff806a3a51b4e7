namespace Gateway.Keygen.Commands;

/// <summary>Ends a command with a message on standard error and an exit code. Open transactions are rolled back on the way.</summary>
/// <param name="exitCode">One of <see cref="Commands.ExitCode"/>.</param>
/// <param name="message">For the operator; never contains a secret.</param>
internal sealed class CommandException(int exitCode, string message) : Exception(message)
{
    public int ExitCode { get; } = exitCode;
}
