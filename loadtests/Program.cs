using System.Runtime.InteropServices;
using Gateway.LoadTests.Compare;

namespace Gateway.LoadTests;

/// <summary>
/// Sends requests through a gateway and says what came back, and how fast: the scenarios. Beside them are tools that measure
/// one thing each.
/// </summary>
internal static class Program
{
    public static async Task<int> Main(string[] arguments)
    {
        using var interrupted = new CancellationTokenSource();
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
        try
        {
            return arguments is [BareProxy.Name]
                ? await BareProxy.RunAsync(interrupted.Token) // One of those that are compared.
                : await LoadCommandLine.RunAsync(arguments, Console.Out, Console.Error, interrupted.Token);
        }
        catch (OperationCanceledException) when (interrupted.IsCancellationRequested)
        {
            await Console.Error.WriteLineAsync("Stopped; nothing is left running.");
            return ExitCode.Failed;
        }

        void Stop(PosixSignalContext signal)
        {
            signal.Cancel = true;
            interrupted.Cancel();
        }
    }
}
