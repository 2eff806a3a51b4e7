using System.Diagnostics;

namespace Gateway.LoadTests.Running;

/// <summary>Runs scenarios at the same time.</summary>
internal static class ScenarioRunner
{
    /// <summary>Ends when the last request of the last scenario has ended.</summary>
    public static async Task<IReadOnlyList<ScenarioStats>> RunAsync(IReadOnlyList<Scenario> scenarios, CancellationToken cancellationToken)
    {
        var started = Stopwatch.GetTimestamp();
        return await Task.WhenAll(scenarios.Select(scenario => new ScenarioRun(scenario, started, cancellationToken).RunAsync()));
    }

    /// <summary>A single one.</summary>
    public static async Task<ScenarioStats> RunAsync(Scenario scenario, CancellationToken cancellationToken) =>
        (await RunAsync([scenario], cancellationToken))[0];

    /// <summary>
    /// A few clients of each for so long, with nothing measured: connections are opened, and the runtimes at both ends compile
    /// what is hot.
    /// </summary>
    public static Task WarmUpAsync(IReadOnlyList<Scenario> scenarios, int copies, TimeSpan during, CancellationToken cancellationToken) =>
        RunAsync([.. scenarios.Select(scenario => scenario with { Simulations = [new LoadSimulation.KeepConstant(copies, during)] })], cancellationToken);
}
