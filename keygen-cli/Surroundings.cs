using System.Net;
using System.Text;
using Gateway.Database;
using Gateway.Keygen.Changes;
using Gateway.Keygen.Commands;
using Gateway.Keygen.Input;
using Gateway.Keygen.Output;

namespace Gateway.Keygen;

/// <summary>Everything outside that a command may touch besides the database, so that tests can run it without a console.</summary>
internal sealed record Surroundings
{
    private const int OutputBufferBytes = 16 * 1024;

    /// <summary>Some terminals do not know their own width.</summary>
    public const int DefaultWidth = 80;

    /// <summary>Data, and nothing else.</summary>
    public required TextWriter Output { get; init; }

    /// <summary>Where <see cref="Output"/> goes to in the end, for what is no text. Nothing may be written to both.</summary>
    public Stream OutputBytes { get; init; } = Stream.Null;

    /// <summary>Errors, questions and hints.</summary>
    public required TextWriter Error { get; init; }

    /// <summary>Where answers to questions come from.</summary>
    public required TextReader Input { get; init; }

    /// <summary>
    /// Reads a line of so many characters at most without showing it while it is typed; <c>null</c> where <see cref="Input"/>
    /// is all that there is.
    /// </summary>
    public Func<int, CancellationToken, Task<string>>? ReadHiddenAsync { get; init; }

    /// <summary>Whether somebody looks at <see cref="Output"/>: tables for people, tab-separated lines for programs.</summary>
    public required bool IsOutputTerminal { get; init; }

    /// <summary>Whether a question can be asked: it would be seen, and there is somebody to answer.</summary>
    public required bool CanAsk { get; init; }

    /// <summary>Whether somebody looks at <see cref="Error"/>, who wants to see that something goes on.</summary>
    public bool IsErrorTerminal { get; init; }

    /// <summary>Whom the operating system runs this for.</summary>
    public string SystemUser { get; init; } = "unknown";

    /// <summary>Whether <see cref="Output"/> understands colors and its owner wants them.</summary>
    public required bool HasColors { get; init; }

    /// <summary>Characters in a line of the terminal.</summary>
    public required int Width { get; init; }

    /// <summary>
    /// Answers an environment variable, or what is in the file that stands for it; <c>null</c> where it is not set.
    /// Throws a <see cref="CommandException"/> where the file cannot be read.
    /// </summary>
    public required Func<string, string?> Variable { get; init; }

    /// <summary>What relative times count from. Times that are stored come from the database's clock.</summary>
    public required TimeProvider Time { get; init; }

    /// <summary>Answers the addresses of a host name; throws a <see cref="System.Net.Sockets.SocketException"/> where there are none.</summary>
    public required Func<string, CancellationToken, Task<IPAddress[]>> ResolveAsync { get; init; }

    public static Surroundings OfThisProcess()
    {
        var isOutputTerminal = !Console.IsOutputRedirected;
        var output = new StandardOutputStream(Console.OpenStandardOutput());
        return new Surroundings
        {
            Output = new StreamWriter(
                output,
                new UTF8Encoding(encoderShouldEmitUTF8Identifier: false),
                OutputBufferBytes),
            OutputBytes = output,
            Error = Console.Error,

            // Not Console.In: that would put the terminal into another mode, and write to it, in every run.
            Input = new StreamReader(Console.OpenStandardInput()),
            ReadHiddenAsync = Console.IsInputRedirected ? null : HiddenLine.ReadAsync,
            IsOutputTerminal = isOutputTerminal,
            CanAsk = !Console.IsInputRedirected && !Console.IsErrorRedirected,
            IsErrorTerminal = !Console.IsErrorRedirected,
            SystemUser = ProcessUser.Name,
            HasColors = isOutputTerminal
                && string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR"))
                && Environment.GetEnvironmentVariable("TERM") is not "dumb",
            Width = isOutputTerminal && Console.WindowWidth is > 0 and var width ? width : DefaultWidth,
            Variable = ReadVariable,
            Time = TimeProvider.System,
            ResolveAsync = Dns.GetHostAddressesAsync,
        };
    }

    private static string? ReadVariable(string name)
    {
        try
        {
            return SecretVariable.Read(Environment.GetEnvironmentVariable, name);
        }
        catch (FormatException exception)
        {
            throw new CommandException(ExitCode.Usage, $"{name} cannot be read: {exception.Message}");
        }
    }
}
