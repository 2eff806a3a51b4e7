using System.Runtime.InteropServices;
using Gateway.LoadTests.Compare;
using Gateway.LoadTests.Growth;
using Gateway.LoadTests.Ingest;
using Gateway.LoadTests.Limits;
using Gateway.LoadTests.Outage;
using Gateway.LoadTests.Start;

namespace Gateway.LoadTests;

/// <summary>
/// Sends requests through a gateway and says what came back, and how fast: the scenarios. Beside them are tools that measure
/// one thing each.
/// </summary>
internal static class Program
{
    private static readonly Tool[] Tools =
    [
        new(LimitsScenario.Name, LimitsScenario.Usage, LimitsRun.RunAsync),
        new(IngestScenario.Name, IngestScenario.Usage, static (arguments, cancellationToken) =>
            Tool.RunAsync(IngestScenario.TryParse(arguments, out var scenario), () => IngestRun.RunAsync(scenario, Console.Out, cancellationToken))),
        new(OutageScenario.Name, OutageScenario.Usage, static (arguments, cancellationToken) =>
            Tool.RunAsync(OutageScenario.TryParse(arguments, out var scenario), () => OutageRun.RunAsync(scenario, Console.Out, cancellationToken))),
        new(CompareScenario.Name, CompareScenario.Usage, static (arguments, cancellationToken) =>
            Tool.RunAsync(CompareScenario.TryParse(arguments, out var scenario), () => CompareRun.RunAsync(scenario, Console.Out, cancellationToken))),
        new(GrowthScenario.Name, GrowthScenario.Usage, static (arguments, cancellationToken) =>
            Tool.RunAsync(GrowthScenario.TryParse(arguments, out var scenario), () => GrowthRun.RunAsync(scenario, Console.Out, cancellationToken))),
        new(StartScenario.Name, StartScenario.Usage, static (arguments, cancellationToken) =>
            Tool.RunAsync(StartScenario.TryParse(arguments, out var scenario), () => StartRun.RunAsync(scenario, Console.Out, cancellationToken))),
    ];

    public static async Task<int> Main(string[] arguments)
    {
        using var interrupted = new CancellationTokenSource();
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
        try
        {
            if (arguments is [BareProxy.Name])
            {
                return await BareProxy.RunAsync(interrupted.Token); // One of those that are compared.
            }

            return Array.Find(Tools, tool => tool.Name == arguments.FirstOrDefault()) is { } tool
                ? await tool.RunAsync(arguments[1..], interrupted.Token)
                : await LoadCommandLine.RunAsync(
                    arguments, string.Join(", ", Tools.Select(static tool => tool.Name)), Console.Out, Console.Error, interrupted.Token);
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
