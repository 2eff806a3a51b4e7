using System.Net;
using System.Net.Sockets;
using Gateway.Keygen.Commands;

namespace Gateway.Keygen.Tests;

/// <summary>Runs commands without a console, and without a database unless a test names one.</summary>
public abstract class CommandLineTest
{
    internal Dictionary<string, string?> Variables { get; } = [];

    /// <summary>All that DNS knows.</summary>
    internal Dictionary<string, string[]> Hosts { get; } = [];

    internal FixedTime Clock { get; } = new();

    /// <summary>In a pipe: nobody to ask.</summary>
    internal Task<KeygenResult> RunAsync(params string[] arguments) => RunAsync(surroundings => surroundings, arguments);

    /// <summary>The same, until somebody presses Ctrl+C.</summary>
    internal Task<KeygenResult> RunAsync(string[] arguments, CancellationToken interrupted) =>
        RunAsync(surroundings => surroundings, arguments, interrupted);

    /// <summary>At a terminal, with an answer to what is asked.</summary>
    internal Task<KeygenResult> RunAtTerminalAsync(string answer, params string[] arguments) => RunAsync(
        surroundings => surroundings with { IsOutputTerminal = true, CanAsk = true, Width = 200, Input = new StringReader(answer + "\n") },
        arguments);

    internal Task<KeygenResult> RunAsync(Func<Surroundings, Surroundings> change, params string[] arguments) =>
        RunAsync(change, arguments, CancellationToken.None);

    internal async Task<KeygenResult> RunAsync(Func<Surroundings, Surroundings> change, string[] arguments, CancellationToken interrupted)
    {
        using var output = new StringWriter { NewLine = "\n" };
        using var error = new StringWriter { NewLine = "\n" };
        var exitCode = await KeygenCommandLine.RunAsync(arguments, change(new Surroundings
        {
            Output = output,
            Error = error,
            Input = TextReader.Null,
            IsOutputTerminal = false,
            CanAsk = false,
            HasColors = false,
            Width = 0,
            Variable = name => Variables.GetValueOrDefault(name),
            Time = Clock,
            ResolveAsync = (host, _) => Hosts.TryGetValue(host, out var addresses)
                ? Task.FromResult(Array.ConvertAll(addresses, IPAddress.Parse))
                : Task.FromException<IPAddress[]>(new SocketException((int)SocketError.HostNotFound)),
        }), interrupted);
        return new KeygenResult(exitCode, output.ToString(), error.ToString());
    }
}
